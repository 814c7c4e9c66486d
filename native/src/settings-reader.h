// Settings from the plain object that native-addon.ts describes and has already checked.
#pragma once
#include <napi.h>

#include "settings.h"

namespace milter {

Settings ReadSettings(const Napi::Object& source);

}  // namespace milter
