/**
 * Which methods a path knows, for the answer to all others (RFC 9110 §10.2.1, §15.5.6). Paths are
 * those of the routes, where `:name` stands for anything but a slash.
 */
import type { FastifyInstance } from "fastify";

/** Must be called before the routes are added. Answers undefined for a path of none of them. */
export function gatherMethods(app: FastifyInstance): (url: string) => string | undefined {
  const routes = new Map<string, { readonly path: RegExp; readonly methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    const route = routes.get(url) ?? { path: patternOf(url), methods: new Set<string>() };
    routes.set(url, route);
    for (const name of [method].flat()) route.methods.add(name);
  });
  return (url) => {
    const [path = ""] = url.split(/[?#]/, 1);
    const known = [...routes.values()].find((route) => route.path.test(path));
    return known && [...known.methods].toSorted().join(", ");
  };
}

function patternOf(url: string): RegExp {
  const parts = url
    .split("/")
    .map((part) => (part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${parts.join("/")}$`);
}
