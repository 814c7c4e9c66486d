// What is known of a message as a flat list of tag and value. It crosses to JavaScript as one array
// of latin1 strings, so that no byte changes and the structure is built in one place, in TypeScript.
// Two-part values (macros, headers) are joined by NUL, which no string of libmilter can hold.
#pragma once
#include <string>
#include <vector>

namespace milter {

class Facts {
 public:
  void Add(const char* tag, std::string value) {
    list_.emplace_back(tag);
    list_.push_back(std::move(value));
  }

  void AddPair(const char* tag, const std::string& name, const std::string& value) {
    Add(tag, name + '\0' + value);
  }

  void Append(const Facts& other) {
    list_.insert(list_.end(), other.list_.begin(), other.list_.end());
  }

  const std::vector<std::string>& List() const { return list_; }

 private:
  std::vector<std::string> list_;
};

}  // namespace milter
