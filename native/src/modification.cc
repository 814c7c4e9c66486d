#include "modification.h"

namespace milter {

bool Apply(SMFICTX* context, const Modification& change) {
  char* first = const_cast<char*>(change.first.c_str());
  char* second = change.second ? const_cast<char*>(change.second->c_str()) : nullptr;
  const std::string& kind = change.kind;
  int result = MI_FAILURE;
  if (kind == "changeSender") result = smfi_chgfrom(context, first, second);
  if (kind == "addRecipient") {
    result = second == nullptr ? smfi_addrcpt(context, first)
                               : smfi_addrcpt_par(context, first, second);
  }
  if (kind == "deleteRecipient") result = smfi_delrcpt(context, first);
  if (kind == "changeHeader") result = smfi_chgheader(context, first, change.index, second);
  if (kind == "insertHeader") result = smfi_insheader(context, change.index, first, second);
  if (kind == "addHeader") result = smfi_addheader(context, first, second);
  if (kind == "quarantine") result = smfi_quarantine(context, first);
  return result == MI_SUCCESS;
}

}  // namespace milter
