/** How a code is made, and so how it is read: `own` was chosen by a sender, the others were not. */
export type CodeForm = "drawn" | "own" | "pdf";
