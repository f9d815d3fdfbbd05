#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Becomes workerd, having told serve.mjs its process id. Miniflare does not say it, and serve.mjs must
# know it to end workerd when serve.mjs itself is killed.
printf '%s\n' "$$" > "$EDGEKMS_WORKERD_PID_FILE" && exec "$EDGEKMS_WORKERD" "$@"
