/**
 * The shape of the portal's sentences. A page is written once and takes its words from an object
 * of this shape; a language is one such object, so that none can lack a sentence.
 */
import type { Language } from "../base/language.ts";

/** A helpful page of its own: what happened, and what the reader can do. */
export interface NoticeWords {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

export interface Words {
  readonly brand: string;
  readonly errorPrefix: string;
  readonly again: string;
  readonly otherLanguage: { readonly language: Language; readonly name: string };
  readonly landing: NoticeWords;
  readonly about: NoticeWords;
  readonly aboutLink: string;
  readonly imprint: string;
  readonly privacy: string;
  readonly accessibility: string;
  readonly helpTitle: string;
  readonly form: FormWords;
  readonly codeError: CodeErrorWords;
  readonly notice: {
    readonly paused: (until: string, sender: string) => NoticeWords;
    readonly locked: (until: string, sender: string) => NoticeWords;
    readonly lockedForGood: (sender: string) => NoticeWords;
    readonly recalled: (on: string, sender: string) => NoticeWords;
    readonly expired: (on: string, sender: string) => NoticeWords;
    readonly unknownLink: NoticeWords;
    readonly sessionEnded: NoticeWords;
    readonly closed: NoticeWords;
    readonly busy: NoticeWords;
    readonly trouble: NoticeWords;
    readonly notFound: NoticeWords;
    readonly badRequest: NoticeWords;
    readonly tooLarge: NoticeWords;
    readonly damaged: NoticeWords;
    readonly fault: NoticeWords;
  };
  readonly message: MessageWords;
}

export interface FormWords {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly sent: string;
  readonly until: string;
  readonly label: string;
  readonly hint: string;
  readonly open: string;
  readonly whereTitle: string;
  readonly where: (sender: string) => string;
  readonly never: string;
  readonly noCodeTitle: string;
  readonly noCode: string;
}

export interface CodeErrorWords {
  readonly empty: string;
  readonly length: string;
  readonly character: string;
  readonly check: string;
  readonly notCounted: string;
  readonly wrong: string;
  readonly left: (tries: number) => string;
  readonly wrongAdvice: string;
}

export interface MessageWords {
  readonly noSubject: string;
  readonly from: string;
  readonly to: string;
  readonly copy: string;
  readonly sent: string;
  readonly and: (more: number) => string;
  readonly text: string;
  readonly noText: string;
  readonly textTooLong: string;
  readonly tooLarge: string;
  readonly unreadable: string;
  readonly asText: string;
  readonly asHtml: string;
  readonly remote: (pictures: number) => string;
  readonly attachments: (count: number) => string;
  readonly attachmentFallback: (number: number) => string;
  readonly pictures: (count: number) => string;
  readonly moreAttachments: (more: number) => string;
  readonly save: string;
  readonly original: string;
  readonly originalHint: string;
  readonly close: string;
  readonly session: (until: string) => string;
}
