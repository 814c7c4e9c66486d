import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseOriginQueueId } from "../../src/mime/origin-queue-id.ts";
import { mutate, seededRandom } from "../support/random.ts";

const postfix = { hostname: "mail.own.example", mailName: "Postfix" };
const authenticated = ` from laptop (unknown [192.0.2.7])
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
\t(No client certificate requested)
\t(Authenticated sender: erna)
\tby mail.own.example (Postfix) with ESMTPSA id 4jY0nz75RMzJJXy
\tfor <otto@example.org>; Mon, 23 Nov 2026 18:19:00 +0100 (CET)`;

describe("origin queue ID", () => {
  it("is read from what Postfix writes", () => {
    for (const [received, id] of [
      [authenticated, "4jY0nz75RMzJJXy"],
      [
        " from x (y [::1])\n\tby mail.own.example (Postfix) with SMTP id 04BDC2100F4; Mon",
        "04BDC2100F4",
      ],
      [" by mail.own.example (Postfix, from userid 0)\n\tid 1E90D2100AB; Mon", "1E90D2100AB"],
      [
        " from x (y [::1])\n        by MAIL.own.example (Postfix) with UTF8SMTPS id 04BDC2100F4\n\tfor <a@b>; x",
        "04BDC2100F4",
      ],
    ] as const) {
      assert.equal(parseOriginQueueId(received, postfix), id);
    }
  });

  it("is not taken from other hosts, other programs or malformed names", () => {
    for (const received of [
      "",
      authenticated.replace("mail.own.example", "mail.other.example"),
      authenticated.replace("(Postfix)", "(Sendmail)"),
      authenticated.replace("4jY0nz75RMzJJXy", "4aeiou75RMzJJXy"),
      authenticated.replace("4jY0nz75RMzJJXy", "4jY0-rf"),
      authenticated.replace("4jY0nz75RMzJJXy", "ALL"),
      authenticated.replaceAll("\n\t", " "),
      `${authenticated}${"x".repeat(9000)}`,
    ]) {
      assert.equal(parseOriginQueueId(received, postfix), undefined, received.slice(0, 300));
    }
  });

  it("is not what a HELO name or a recipient pretends", () => {
    const lie = "by mail.own.example (Postfix) with SMTP id AAAAAAAA";
    for (const received of [
      authenticated.replace("laptop", `laptop ${lie}`),
      authenticated.replace("otto@", `"x ${lie};"@`),
      authenticated.replace("erna", lie),
    ]) {
      assert.equal(parseOriginQueueId(received, postfix), "4jY0nz75RMzJJXy");
    }
  });

  it("is a queue ID or nothing, whatever stands there", () => {
    const random = seededRandom(37);
    for (let count = 0; count < 5000; count += 1) {
      const received = mutate(Buffer.from(authenticated), random).toString("latin1");
      const id = parseOriginQueueId(received, postfix);
      if (id !== undefined) assert.match(id, /^[0-9A-Za-z]{6,40}$/);
    }
  });
});
