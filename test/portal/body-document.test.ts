import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bodyDocument, cleanBody } from "../../src/portal/body-document.ts";
import { seededRandom } from "../support/random.ts";
import { samplePng } from "../support/sample-mail.ts";

const logo = { contentId: "logo@praxis", bytes: samplePng };
const shownLogo = `src="data:image/png;base64,${samplePng.toString("base64")}"`;
const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>");

function clean(markup: string): string {
  return cleanBody(markup, [logo]).markup;
}

describe("cleanBody", () => {
  const removals: readonly (readonly [what: string, markup: string, rest: string])[] = [
    ["scripts", "a<script>alert(1)</script>b", "ab"],
    ["handlers", '<p onclick="x()">a</p>', "<p>a</p>"],
    ["style elements", "<style>p{color:red}</style>a", "a"],
    ["the head", "<head><title>T</title><base href='//x'></head>a", "a"],
    ["forms but not their text", "<form action=x>a<input name=p><button>b</button></form>", "ab"],
    ["frames", '<iframe src="x">f</iframe>a', "a"],
    ["objects", '<object data="x">f</object><embed src="x">a', "a"],
    ["SVG", "<svg><a href='javascript:x()'>t</a></svg>a", "a"],
    ["MathML", "<math><mtext><script>x</script></mtext></math>a", "a"],
    ["meta refresh", '<meta http-equiv="refresh" content="0;url=//x">a', "a"],
    ["ids and classes", '<p id="a" class="b MsoNormal">a</p>', '<p class="MsoNormal">a</p>'],
    ["comments", "a<!-- <script> -->b<!--[if mso]>c<![endif]-->", "ab"],
  ];
  for (const [what, markup, rest] of removals) {
    it(`takes out ${what}`, () => {
      assert.equal(clean(markup), rest);
    });
  }

  it("counts what a style would load in time that grows with it", () => {
    // Blanks with no quote between them could be read in two ways: one attribute was enough to
    // hold the portal up for minutes.
    const blanks = " ".repeat(1_000_000);
    const url = (text: string) => cleanBody(`<p style="${text}">a</p>`, []).remoteCount;
    assert.equal(url(`url(${blanks}x`), 0);
    assert.equal(url(`url(${blanks}//x.example)`), 1);
    for (const text of ["url( ' https://x)", "URL(//x)", "url(http://x)", "url('//x')"]) {
      assert.equal(url(text), 1, text);
    }
  });

  it("keeps harmless styles and no other", () => {
    assert.equal(
      clean(
        `<p style="color:#c00; font-family:'Segoe UI',sans-serif; background:rgb(1, 2, 3); position:fixed; background-image:url(//evil.test/x); width:expression(alert(1)); margin:0}body{x:y">a</p>`,
      ),
      `<p style="color:#c00;font-family:'Segoe UI',sans-serif;background:rgb(1, 2, 3)">a</p>`,
    );
  });

  it("takes out and counts what would be loaded from elsewhere", () => {
    const { markup, remoteCount } = cleanBody(
      `<link rel="stylesheet" href="https://evil.test/s.css">
       <img src="https://evil.test/1.png" alt="Logo"><img src="//evil.test/2.png">
       <table background="http://evil.test/3.png"><tr><td style="background:url('https://evil.test/4.png')">a</td></tr></table>`,
      [],
    );
    assert.equal(remoteCount, 5);
    assert.doesNotMatch(markup, /evil/);
    assert.match(markup, /\[Logo\]/);
  });

  it("puts the mail's own pictures in", () => {
    const body = cleanBody('<img src="cid:logo@praxis" alt="L" width="9">', [logo]);
    assert.equal(body.markup, `<img ${shownLogo} alt="L" width="9" />`);
    assert.deepEqual([...body.shown], ["logo@praxis"]);
    assert.equal(cleanBody('<img src="CID:logo%40praxis">', [logo]).shown.size, 1);
  });

  it("leaves the text of a picture that is none", () => {
    const body = cleanBody('<img src="cid:x" alt="A"><img src="cid:y" alt="B">', [
      { contentId: "x", bytes: svg },
    ]);
    assert.equal(body.markup, "<span>[A]</span><span>[B]</span>");
    assert.equal(body.shown.size, 0);
  });

  it("shows a data: picture only when it is a raster picture", () => {
    assert.match(
      clean(`<img src="data:image/png;base64,${samplePng.toString("base64")}">`),
      /<img/,
    );
    assert.doesNotMatch(
      clean(`<img src="data:image/svg+xml;base64,${svg.toString("base64")}">`),
      /<img/,
    );
    assert.doesNotMatch(clean('<img src="data:text/html,<script>x</script>">'), /<img/);
  });

  it("stops putting pictures in at ten megabytes", () => {
    const big = Buffer.concat([samplePng, Buffer.alloc(6 * 1024 * 1024)]);
    const { shown } = cleanBody('<img src="cid:a"><img src="cid:b"><img src="cid:c">', [
      { contentId: "a", bytes: big },
      { contentId: "b", bytes: big },
      { contentId: "c", bytes: samplePng },
    ]);
    assert.deepEqual([...shown], ["a", "c"]);
  });

  const links: readonly (readonly [what: string, markup: string, rest: string])[] = [
    [
      "names the host behind other words",
      '<a href="https://evil.test/x?a=1&amp;b=2">www.bank.test</a>',
      '<a href="https://evil.test/x?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">www.bank.test</a> <span class="link-host">[evil.test]</span>',
    ],
    [
      "does not repeat an address that is shown",
      '<a href="https://www.praxis.test/termin">praxis.test/termin</a>',
      '<a href="https://www.praxis.test/termin" target="_blank" rel="noopener noreferrer nofollow">praxis.test/termin</a>',
    ],
    [
      "shows letters that only look alike",
      '<a href="https://b\u0430nk.test/">b\u0430nk.test</a>',
      '<a href="https://b\u0430nk.test/" target="_blank" rel="noopener noreferrer nofollow">b\u0430nk.test</a> <span class="link-host">[xn--bnk-6cd.test]</span>',
    ],
    [
      "keeps mail and telephone links",
      '<a href="mailto:a@b.test">Mail</a><a href="tel:+4930123">Ruf</a>',
      '<a href="mailto:a@b.test" target="_blank" rel="noopener noreferrer nofollow">Mail</a><a href="tel:+4930123" target="_blank" rel="noopener noreferrer nofollow">Ruf</a>',
    ],
    [
      "unlinks every other scheme",
      '<a href="java\nscript:alert(1)">a</a><a href="data:text/html,x">b</a><a href="//evil.test">c</a>',
      '<a target="_blank" rel="noopener noreferrer nofollow">a</a><a target="_blank" rel="noopener noreferrer nofollow">b</a><a target="_blank" rel="noopener noreferrer nofollow">c</a>',
    ],
  ];
  const targets: readonly (readonly [markup: string, host: string | undefined])[] = [
    [
      '<a href="https://www.bank.test@evil.test/">https://www.bank.test@evil.test/</a>',
      "evil.test",
    ],
    ['<a href="https://evil.test"><b>bank</b>.test</a>', "evil.test"],
    ['<a href="https://evil.test"><img src="cid:logo@praxis" alt="bank.test"></a>', "evil.test"],
    ['<a href="HTTPS://EVIL.TEST:8443/">evil.test</a>', "evil.test:8443"],
    ['<a href="https://bank.test.evil.test/">bank.test</a>', "bank.test.evil.test"],
    ['<a href="mailto:evil@evil.test?subject=x">praxis@praxis.test</a>', "evil@evil.test"],
    ['<a href="mailto:praxis%40praxis.test">Praxis@praxis.test</a>', undefined],
    ['<a href="tel:0900123456">030 123456</a>', "0900123456"],
    ['<a href="tel:+4930123456">030 / 123456</a>', undefined],
    ['<a href="https://praxis.test/">https://praxis.test</a>', undefined],
  ];
  for (const [markup, host] of targets) {
    it(`${host === undefined ? "adds nothing to" : `adds ${host} to`} ${markup}`, () => {
      const shown = /class="link-host">\[([^\]]*)\]/.exec(clean(markup))?.[1];
      assert.equal(shown, host);
    });
  }

  it("unlinks what would lead to the portal itself", () => {
    for (const href of [
      "/closed",
      "m/x",
      "?view=text",
      "#top",
      "",
      "https:closed",
      "\\\\evil.test",
    ]) {
      assert.doesNotMatch(clean(`<a href="${href}">x</a>`), /href/, href);
    }
  });

  for (const [what, markup, rest] of links) {
    it(`${what} in links`, () => {
      assert.equal(clean(markup), rest);
    });
  }

  it("lets nothing that runs or loads through, whatever it is given", () => {
    const pieces =
      "<|>|/|=|\"|'| |script|style|img|src|onerror|href|javascript:|https://evil.test|svg|iframe|!--|-->|&lt;|&#x3c;|a|p|\n|\0|url(|cid:logo@praxis|]]>|<![CDATA[|template|noscript|form|base|meta".split(
        "|",
      );
    const random = seededRandom(17);
    for (let round = 0; round < 3000; round += 1) {
      const markup = Array.from({ length: random.below(40) }, () => random.pick(pieces)).join("");
      const tags = clean(markup).match(/<[^>]*>/g) ?? [];
      for (const tag of tags) {
        assert.doesNotMatch(
          tag,
          /^<\/?(?:script|style|svg|iframe|template|noscript|form|base|meta)/i,
        );
        assert.doesNotMatch(tag, /\son\w+=|javascript:|url\(|src="(?!data:image\/)/i);
      }
    }
  });
});

describe("bodyDocument", () => {
  it("is a document in the page's language with nothing to load", () => {
    const document = bodyDocument(cleanBody("<p>a</p>", []), "de", "<Titel>");
    assert.match(document, /^<!doctype html>\n<html lang="de">/);
    assert.match(document, /<title>&lt;Titel&gt;<\/title>/);
    assert.match(document, /<body dir="auto"><p>a<\/p><\/body>/);
    assert.doesNotMatch(document, /src=|href=|@import|url\(/);
  });
});
