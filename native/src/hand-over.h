// From what was collected to JavaScript and back: which message crosses when, within which limits.
#pragma once
#include <libmilter/mfapi.h>

#include "session.h"

namespace milter {

// SMFIS_CONTINUE keeps the recipient.
sfsistat AskRecipient(SMFICTX* context, Session& session, const Facts& recipient);
void AddRecipient(Message& message, const Facts& recipient);
void AddHeader(Message& message, const char* name, const char* value);
// May wait until JavaScript has taken what came before.
void AddBody(Session& session, const unsigned char* data, size_t size);
// Waits for the verdict. The session has no message afterwards.
sfsistat FinishMessage(SMFICTX* context, Session& session, const Facts& last);
// The message is over without a verdict. Does nothing when there is none; never waits.
void DropMessage(Session& session, const char* reason);

}  // namespace milter
