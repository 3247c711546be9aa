#!/bin/sh
# Takes a setting from the file that NAME_FILE names, where there is one, so that a secret need not stand in the
# environment of the container; then runs what it is given.
set -eu
for name in DATABASE_URL JWT_SECRET REDIS_URL S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY; do
  eval "file=\${${name}_FILE:-} value=\${${name}:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then
    value=$(cat "$file")
    export "$name=$value"
  fi
done
exec "$@"
