// They run on any of libmilter's threads, one at a time for a session. Only the recipient, the body
// and the end of the message may wait; OnClose can run with one of libmilter's own locks held.
// No exception may leave them: libmilter is C.
#include "callbacks.h"

#include <arpa/inet.h>
#include <syslog.h>

#include <exception>
#include <new>

#include "engine.h"
#include "hand-over.h"

namespace milter {
namespace {

constexpr unsigned long kSilent = SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_HDR |
                                  SMFIP_NR_EOH | SMFIP_NR_BODY;

Session* SessionOf(SMFICTX* context) { return static_cast<Session*>(smfi_getpriv(context)); }

// What libmilter's thread does when our own code runs out of memory or the like.
template <typename Work>
sfsistat Guarded(Work work) {
  try {
    return work();
  } catch (const std::exception& error) {
    syslog(LOG_ERR, "milter callback failed: %s", error.what());
    return SMFIS_TEMPFAIL;
  }
}

// For callbacks that were negotiated to give no reply: the message fails at its end instead.
template <typename Work>
sfsistat Collect(SMFICTX* context, Work work) {
  Session* session = SessionOf(context);
  if (session == nullptr) return SMFIS_NOREPLY;
  try {
    work(*session);
  } catch (const std::exception& error) {
    syslog(LOG_ERR, "milter callback failed: %s", error.what());
    if (session->message) session->message->limited = true;
  }
  return SMFIS_NOREPLY;
}

void ReadMacros(SMFICTX* context, int stage, const char* tag, Facts* facts) {
  for (const std::string& name : Engine::Instance().Chosen().macros[stage]) {
    const char* value = smfi_getsymval(context, const_cast<char*>(name.c_str()));
    if (value != nullptr) facts->AddPair(tag, name, value);
  }
}

void AddArguments(char** arguments, const char* tag, const char* argumentTag, Facts* facts) {
  if (arguments == nullptr || arguments[0] == nullptr) {
    facts->Add(tag, "");
    return;
  }
  facts->Add(tag, arguments[0]);
  for (char** next = arguments + 1; *next != nullptr; next += 1) facts->Add(argumentTag, *next);
}

void AddAddress(const sockaddr* address, Facts* facts) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address == nullptr) return;
  uint16_t port = 0;
  if (address->sa_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(address);
    inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
    port = ntohs(four->sin_port);
  } else if (address->sa_family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(address);
    inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
    port = ntohs(six->sin6_port);
  } else {
    return;
  }
  facts->Add("client-address", text);
  facts->Add("client-port", std::to_string(port));
}

unsigned long WantedSteps(const Settings& settings) {
  unsigned long steps = kSilent | SMFIP_NOUNKNOWN | SMFIP_HDR_LEADSPC;
  if (!settings.asksRecipients) steps |= SMFIP_NR_RCPT;
  if (settings.body == BodyMode::kNone) steps |= SMFIP_NOBODY;
  // Over TCP a reply to DATA makes the MTA flush what it would else hold back for 40 ms.
  if (settings.port == 0) steps |= SMFIP_NODATA;
  return steps;
}

// libmilter's protocol table is global: every session has to be negotiated alike, so an MTA that
// does not offer everything is turned away, and its default action applies.
bool Admits(Engine& engine, unsigned long actions, unsigned long steps) {
  const Settings& settings = engine.Chosen();
  if (engine.Draining()) return false;
  if ((actions & settings.actions) != settings.actions) return false;
  if ((steps & WantedSteps(settings)) != WantedSteps(settings)) return false;
  return engine.statistics.sessions < static_cast<int64_t>(settings.sessions);
}

void RequestMacros(SMFICTX* context, const Settings& settings) {
  for (size_t stage = 0; stage < kStages; stage += 1) {
    const std::string& list = settings.requested[stage];
    if (!list.empty()) {
      smfi_setsymlist(context, static_cast<int>(stage), const_cast<char*>(list.c_str()));
    }
  }
}

void OpenSession(SMFICTX* context) {
  if (SessionOf(context) != nullptr) return;
  auto* session = new (std::nothrow) Session();
  if (session == nullptr) return;
  smfi_setpriv(context, session);
  Engine::Instance().statistics.sessions += 1;
}

sfsistat OnNegotiate(SMFICTX* context, unsigned long actions, unsigned long steps, unsigned long,
                     unsigned long, unsigned long* ourActions, unsigned long* ourSteps,
                     unsigned long* reserved, unsigned long* reservedToo) {
  return Guarded([=] {
    Engine& engine = Engine::Instance();
    if (!Admits(engine, actions, steps)) return SMFIS_REJECT;
    *ourActions = engine.Chosen().actions;
    if ((actions & SMFIF_SETSYMLIST) != 0) {
      RequestMacros(context, engine.Chosen());
      *ourActions |= SMFIF_SETSYMLIST;
    }
    *ourSteps = WantedSteps(engine.Chosen());
    *reserved = 0;
    *reservedToo = 0;
    OpenSession(context);
    return SMFIS_CONTINUE;
  });
}

sfsistat OnConnect(SMFICTX* context, char* host, sockaddr* address) {
  OpenSession(context);
  return Collect(context, [=](Session& session) {
    session.connection = Facts();
    session.connection.Add("client-name", host == nullptr ? "" : host);
    AddAddress(address, &session.connection);
    ReadMacros(context, SMFIM_CONNECT, "macro", &session.connection);
  });
}

sfsistat OnHelo(SMFICTX* context, char* name) {
  return Collect(context, [=](Session& session) {
    session.connection.Add("helo", name == nullptr ? "" : name);
    ReadMacros(context, SMFIM_HELO, "macro", &session.connection);
  });
}

sfsistat OnSender(SMFICTX* context, char** arguments) {
  return Collect(context, [=](Session& session) {
    DropMessage(session, "abandoned");
    session.message = std::make_unique<Message>();
    AddArguments(arguments, "sender", "sender-argument", &session.message->sender);
    ReadMacros(context, SMFIM_ENVFROM, "macro", &session.message->sender);
  });
}

sfsistat OnRecipient(SMFICTX* context, char** arguments) {
  const bool asks = Engine::Instance().Chosen().asksRecipients;
  sfsistat answer = SMFIS_CONTINUE;
  sfsistat silent = Collect(context, [&](Session& session) {
    if (!session.message) return;
    Facts recipient;
    AddArguments(arguments, "recipient", "recipient-argument", &recipient);
    ReadMacros(context, SMFIM_ENVRCPT, "recipient-macro", &recipient);
    if (asks) answer = AskRecipient(context, session, recipient);
    if (answer == SMFIS_CONTINUE) AddRecipient(*session.message, recipient);
  });
  return asks ? answer : silent;
}

sfsistat OnData(SMFICTX* context) {
  Collect(context, [=](Session& session) {
    if (session.message) ReadMacros(context, SMFIM_DATA, "macro", &session.message->sender);
  });
  return SMFIS_CONTINUE;
}

sfsistat OnHeader(SMFICTX* context, char* name, char* value) {
  return Collect(context, [=](Session& session) {
    if (session.message) AddHeader(*session.message, name, value);
  });
}

sfsistat OnHeadersEnd(SMFICTX* context) {
  return Collect(context, [=](Session& session) {
    if (session.message) ReadMacros(context, SMFIM_EOH, "macro", &session.message->headers);
  });
}

sfsistat OnBody(SMFICTX* context, unsigned char* data, size_t size) {
  return Collect(context, [=](Session& session) {
    if (session.message) AddBody(session, data, size);
  });
}

sfsistat OnMessageEnd(SMFICTX* context) {
  return Guarded([=]() -> sfsistat {
    Session* session = SessionOf(context);
    if (session == nullptr || !session->message) return SMFIS_TEMPFAIL;
    Facts last;
    ReadMacros(context, SMFIM_EOM, "macro", &last);
    return FinishMessage(context, *session, last);
  });
}

sfsistat OnAbort(SMFICTX* context) {
  if (Session* session = SessionOf(context)) DropMessage(*session, "abandoned");
  return SMFIS_CONTINUE;
}

sfsistat OnClose(SMFICTX* context) {
  Session* session = SessionOf(context);
  if (session == nullptr) return SMFIS_CONTINUE;
  DropMessage(*session, "abandoned");
  smfi_setpriv(context, nullptr);
  delete session;
  Engine::Instance().statistics.sessions -= 1;
  return SMFIS_CONTINUE;
}

}  // namespace

smfiDesc Describe(const Settings& settings) {
  smfiDesc description = {};
  description.xxfi_name = const_cast<char*>(settings.name.c_str());
  description.xxfi_version = SMFI_VERSION;
  description.xxfi_flags = settings.actions | SMFIF_SETSYMLIST;
  description.xxfi_connect = OnConnect;
  description.xxfi_helo = OnHelo;
  description.xxfi_envfrom = OnSender;
  description.xxfi_envrcpt = OnRecipient;
  description.xxfi_data = OnData;
  description.xxfi_header = OnHeader;
  description.xxfi_eoh = OnHeadersEnd;
  description.xxfi_body = OnBody;
  description.xxfi_eom = OnMessageEnd;
  description.xxfi_abort = OnAbort;
  description.xxfi_close = OnClose;
  description.xxfi_negotiate = OnNegotiate;
  return description;
}

}  // namespace milter
