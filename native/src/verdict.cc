#include "verdict.h"

#include <array>

namespace milter {
namespace {

bool IsPermanent(const Verdict& verdict) {
  return verdict.kind == Verdict::Kind::kReject ||
         (verdict.kind == Verdict::Kind::kReply && verdict.code[0] == '5');
}

char* Writable(const std::string& text) { return const_cast<char*>(text.c_str()); }

// libmilter takes up to 32 lines, ended by a null pointer; those after it are not looked at.
void SetReply(SMFICTX* context, const Verdict& verdict) {
  std::array<char*, 33> l{};
  for (size_t index = 0; index < verdict.lines.size() && index < 32; index += 1) {
    l[index] = Writable(verdict.lines[index]);
  }
  smfi_setmlreply(context, verdict.code.c_str(), verdict.enhanced.c_str(), l[0], l[1], l[2], l[3],
                  l[4], l[5], l[6], l[7], l[8], l[9], l[10], l[11], l[12], l[13], l[14], l[15],
                  l[16], l[17], l[18], l[19], l[20], l[21], l[22], l[23], l[24], l[25], l[26],
                  l[27], l[28], l[29], l[30], l[31], l[32]);
}

}  // namespace

Verdict Failure(const Settings& settings) {
  Verdict verdict;
  verdict.kind = settings.failureRejects ? Verdict::Kind::kReject : Verdict::Kind::kTempfail;
  return verdict;
}

// Accepting is sent as "go on": a plain ACCEPT would end the filtering of what is still to come.
// A reply that libmilter refuses leaves the plain answer of the same class.
sfsistat Emit(SMFICTX* context, const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::kAccept) return SMFIS_CONTINUE;
  if (verdict.kind == Verdict::Kind::kDiscard) return SMFIS_DISCARD;
  if (verdict.kind == Verdict::Kind::kReply) SetReply(context, verdict);
  return IsPermanent(verdict) ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}

void Count(Statistics& statistics, const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::kAccept) {
    statistics.accepted += 1;
  } else if (verdict.kind == Verdict::Kind::kDiscard) {
    statistics.discarded += 1;
  } else if (IsPermanent(verdict)) {
    statistics.rejected += 1;
  } else {
    statistics.tempfailed += 1;
  }
}

}  // namespace milter
