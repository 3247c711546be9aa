#!/bin/sh
# Reads settings from files named by NAME_FILE, so that secrets need not be in the container's environment; then runs the
# given command.
set -eu
for name in DATABASE_URL JWT_SECRET REDIS_URL S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY; do
  eval "file=\${${name}_FILE:-} value=\${${name}:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then
    value=$(cat "$file")
    export "$name=$value"
  fi
done
exec "$@"
