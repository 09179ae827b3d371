#pragma once

#include <terrace/resnet/network/Network.hpp>

#include <memory>
#include <type_traits>
#include <vector>

namespace terrace::resnet::detail {

/// One way to do what \p Interface says for a network; lists of them are ordered, the best first and plain
/// loops last.
template <class Interface, class... Arguments>
struct Implementation {
  bool (*supports)(const Network& network);
  std::unique_ptr<Interface> (*make)(const Network& network, Arguments... arguments);

  /// \p Class has `static bool supports(const Network&)` and a constructor of the network and the arguments.
  template <class Class>
  static Implementation of() {
    return {&Class::supports,
            [](const Network& network, Arguments... arguments) -> std::unique_ptr<Interface> {
              return std::make_unique<Class>(network, arguments...);
            }};
  }
};

/// Made by the first of \p list that supports \p network; null if none does.
template <class Interface, class... Arguments>
std::unique_ptr<Interface>
makeFirstSupported(const std::vector<Implementation<Interface, Arguments...>>& list, const Network& network,
                   const std::decay_t<Arguments>&... arguments) {
  for (const auto& implementation : list)
    if (implementation.supports(network)) return implementation.make(network, arguments...);
  return nullptr;
}

} // namespace terrace::resnet::detail
