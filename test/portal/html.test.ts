import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Html, html } from "../../src/portal/html.ts";

describe("html", () => {
  it("escapes what is put into text and attributes", () => {
    const value = `<b>"Tom" & 'Eve'</b>`;
    assert.equal(
      html`<p title="${value}">${value}</p>`.markup,
      '<p title="&lt;b&gt;&quot;Tom&quot; &amp; &#39;Eve&#39;&lt;/b&gt;">&lt;b&gt;&quot;Tom&quot; &amp; &#39;Eve&#39;&lt;/b&gt;</p>',
    );
  });

  it("puts markup into markup as it is, and lists without separator", () => {
    const items = ["a<", "b"].map((item) => html`<li>${item}</li>`);
    assert.equal(html`<ul>${items}</ul>`.markup, "<ul><li>a&lt;</li><li>b</li></ul>");
    assert.equal(html`${new Html("<hr>")}${3}${undefined}`.markup, "<hr>3");
  });
});
