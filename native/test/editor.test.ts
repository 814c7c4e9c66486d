/** The editor alone: what it refuses, and the order of what it recorded. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EditRecorder } from "../src/edit-recorder.ts";
import { HeaderList } from "../src/header-list.ts";
import { readFacts } from "../src/message-facts.ts";
import type { MessageEditor } from "../src/milter.ts";
import { everything } from "./milter-process.ts";

const { recipients } = readFacts(["recipient", "<A@x.example>", "recipient", "b@x.example"]);
const headers = new HeaderList([
  { name: "Received", value: " 1" },
  { name: "DKIM-Signature", value: " a" },
  { name: "received", value: " 2" },
  { name: "Subject", value: " s" },
  { name: "Received", value: " 3" },
]);

function recorder(can = everything): EditRecorder {
  return new EditRecorder({ headers, recipients }, can);
}

/** One word per modification, in the order of emission. */
function recorded(record: (edit: EditRecorder) => void): string[] {
  const edit = recorder();
  record(edit);
  return edit
    .plan()
    .modifications.map((each) =>
      [each.kind, each.index, each.first, each.second ?? "-"].join(" ").replaceAll("\n", "\\n"),
    );
}

describe("the order of modifications", () => {
  const cases: Readonly<
    Record<string, readonly [(edit: EditRecorder) => void, readonly string[]]>
  > = {
    "removes the headers of a name from the last to the first": [
      (edit) => edit.removeHeader("RECEIVED"),
      ["changeHeader 3 RECEIVED -", "changeHeader 2 RECEIVED -", "changeHeader 1 RECEIVED -"],
    ],
    "keeps a removal behind changes further down": [
      (edit) => {
        edit.removeHeader("Received", 1);
        edit.setHeader("Received", "new", 3);
        edit.setHeader("Received", "newer", 2);
      },
      [
        "changeHeader 3 Received  new",
        "changeHeader 2 Received  newer",
        "changeHeader 1 Received -",
      ],
    ],
    "takes the last word on a header": [
      (edit) => {
        edit.setHeader("Subject", "one");
        edit.removeHeader("subject", 1);
        edit.setHeader("SUBJECT", "two");
      },
      ["changeHeader 1 SUBJECT  two"],
    ],
    "removes nothing when there is nothing of that name": [
      (edit) => edit.removeHeader("X-Missing"),
      [],
    ],
    "puts inserted headers so that they stand as they were called": [
      (edit) => {
        edit.insertHeader("top", "X-A", "1");
        edit.insertHeader("afterReceived", "X-C", "3");
        edit.insertHeader("end", "X-E", "5");
        edit.insertHeader("top", "X-B", "2");
        edit.insertHeader("afterReceived", "X-D", "4");
        edit.insertHeader("end", "X-F", "6");
      },
      [
        "insertHeader 1 X-D  4",
        "insertHeader 1 X-C  3",
        "insertHeader 0 X-B  2",
        "insertHeader 0 X-A  1",
        "addHeader 0 X-E  5",
        "addHeader 0 X-F  6",
      ],
    ],
    "brings the envelope first and the quarantine last": [
      (edit) => {
        edit.quarantine("why");
        edit.removeHeader("Subject");
        edit.addRecipient("<new@x.example>", { notify: "SUCCESS,FAILURE", orcpt: "rfc822;x" });
        edit.addRecipient("plain@x.example");
        for (const recipient of recipients) edit.removeRecipient(recipient);
        edit.setSender("s@x.example", { ret: "FULL", envid: "1" });
      },
      [
        "changeSender 0 <s@x.example> RET=FULL ENVID=1",
        "addRecipient 0 <new@x.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x",
        "addRecipient 0 <plain@x.example> -",
        "deleteRecipient 0 <A@x.example> -",
        "deleteRecipient 0 b@x.example -",
        "changeHeader 1 Subject -",
        "quarantine 0 why -",
      ],
    ],
    "puts a blank in front of a value that has none, and folds with LF": [
      (edit) => {
        edit.insertHeader("end", "A", "x\r\n\ty");
        edit.insertHeader("end", "B", " x");
        edit.insertHeader("end", "C", "\n x");
        edit.insertHeader("end", "D", "");
      },
      ["addHeader 0 A  x\\n\ty", "addHeader 0 B  x", "addHeader 0 C \\n x", "addHeader 0 D  "],
    ],
  };
  for (const [name, [record, expected]] of Object.entries(cases)) {
    it(name, () => assert.deepEqual(recorded(record), expected));
  }
});

describe("the editor refuses", () => {
  const cases: Readonly<Record<string, (edit: MessageEditor) => void>> = {
    "to change a header that is not there": (edit) => edit.setHeader("Subject", "x", 2),
    "to remove one beyond the last": (edit) => edit.removeHeader("Received", 4),
    "header number 0": (edit) => edit.setHeader("Subject", "x", 0),
    "a name with a colon": (edit) => edit.insertHeader("end", "X:", "x"),
    "an empty name": (edit) => edit.insertHeader("end", "", "x"),
    "a bare CR": (edit) => edit.insertHeader("end", "X", "a\rb"),
    "a NUL": (edit) => edit.insertHeader("end", "X", "a\0b"),
    "a line that would be a header of its own": (edit) => edit.setHeader("Subject", "a\r\nBcc: b"),
    "an empty line, which would end the headers": (edit) => edit.setHeader("Subject", "a\n\nb"),
    "what is not bytes": (edit) => edit.setHeader("Subject", "\u20ac"),
    "more than a frame holds": (edit) => edit.setHeader("Subject", "x".repeat(65_000)),
    "a recipient without address": (edit) => edit.addRecipient(""),
    "a line end in an address": (edit) => edit.addRecipient("a@x.example\r\nDATA"),
    "a blank in an argument": (edit) => edit.setSender("", { envid: "a NOTIFY=NEVER" }),
    "another message's recipient": (edit) =>
      edit.removeRecipient(Object.create(recipients[0] ?? null)),
    "an empty reason": (edit) => edit.quarantine(""),
  };
  for (const [name, attempt] of Object.entries(cases)) {
    it(name, () => assert.throws(() => attempt(recorder()), { code: "ERR_MILTER_EDIT" }));
  }

  it("to leave no recipient", () => {
    const edit = recorder();
    for (const recipient of recipients) edit.removeRecipient(recipient);
    assert.throws(() => edit.plan(), { code: "ERR_MILTER_EDIT" });
  });

  it("what was not announced", () => {
    const attempts: readonly ((edit: MessageEditor) => void)[] = [
      (edit) => edit.setHeader("Subject", "x"),
      (edit) => edit.removeHeader("Subject"),
      (edit) => edit.insertHeader("top", "X", "x"),
      (edit) => edit.setSender("a@x.example"),
      (edit) => edit.addRecipient("a@x.example"),
      (edit) => recipients[0] && edit.removeRecipient(recipients[0]),
      (edit) => edit.replaceBody("x"),
      (edit) => edit.quarantine("x"),
    ];
    for (const attempt of attempts) {
      assert.throws(() => attempt(recorder([])), { code: "ERR_MILTER_EDIT" });
    }
  });

  it("anything after the verdict", () => {
    const edit = recorder();
    edit.close();
    assert.throws(() => edit.replaceBody(""), { code: "ERR_MILTER_EDIT" });
  });
});
