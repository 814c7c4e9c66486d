# Sourced by the scripts beside it: where the right Node lives and how to put it in front.
# The checkout brings its own Node (npm package node@24) in .tools, beside whatever is installed.
node_package=.tools/node-24/node_modules/node

# Prints the directory that holds bin/node and include/node, whichever way npm laid it out.
node_home() {
  for home in "$node_package"/node_modules/node-linux-* .tools/node-24/node_modules/node-linux-*; do
    if [ -x "$home/bin/node" ] && [ -e "$home/include/node/node_api.h" ]; then
      (cd "$home" && pwd)
      return 0
    fi
  done
  return 1
}

# Puts the checkout's Node first in PATH.
use_toolchain() {
  home=$(node_home) || {
    echo "This checkout has no Node of its own yet. Run scripts/demo or scripts/test once." >&2
    exit 69
  }
  PATH="$home/bin:$PATH"
  npm_config_update_notifier=false
  export PATH npm_config_update_notifier
}
