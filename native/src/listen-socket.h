#pragma once

namespace milter {

// Turns Nagle's algorithm off for libmilter's listening socket; accepted connections inherit it.
// libmilter writes every modification by itself, and each would wait 40 ms for the other side's
// delayed acknowledgement. Without effect when the socket cannot be found.
void DisableNagle();

}  // namespace milter
