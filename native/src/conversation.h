// The wait for JavaScript's answer, on libmilter's thread.
#pragma once
#include <libmilter/mfapi.h>

#include "exchange.h"

namespace milter {

// Carries out what JavaScript queues until its verdict comes, tells the MTA now and then that work
// goes on, and gives up at the deadline, when the MTA is gone or when nobody will answer. The
// exchange is over afterwards.
Verdict Converse(SMFICTX* context, Exchange& exchange);

}  // namespace milter
