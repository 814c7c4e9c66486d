// libmilter's callbacks: they collect the message and hand it over.
#pragma once
#include <libmilter/mfapi.h>

#include "settings.h"

namespace milter {

smfiDesc Describe(const Settings& settings);

}  // namespace milter
