#!/usr/bin/env bash
# Installs what the tests need, builds everything once, runs every test, and ends with one line over all of them.
#   ./test.sh              everything that a change must pass
#   ./test.sh --long       the long soaks and fault loops besides
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[ "${1:-}" = "--long" ] && export SMARTCITY_LONG_TESTS=1

say() { printf '\n== %s\n' "$*"; }

# Program or file that must exist → Debian package that brings it.
needs=(mosquitto:mosquitto mosquitto_pub:mosquitto-clients influxd:influxdb victoria-metrics:victoria-metrics
       chromium:chromium chromedriver:chromium-driver curl:curl jq:jq xxd:xxd strace:strace
       gcc:gcc /usr/include/stdio.h:libc6-dev /usr/include/MQTTClient.h:libpaho-mqtt-dev
       /usr/bin/python3:python3 /usr/lib/python3/dist-packages/paho/mqtt/client.py:python3-paho-mqtt)
missing=()
for need in "${needs[@]}"; do
  [ -e "${need%%:*}" ] || PATH="$PATH:/usr/sbin" command -v "${need%%:*}" >/dev/null || missing+=("${need##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "Installing ${missing[*]}"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    # Services that the packages would start are not wanted: the tests start their own.
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "Missing on this machine. Install with: sudo apt-get install -y ${missing[*]}"
    echo "Tests that need them are skipped until then, and fail under CI."
  fi
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed_step=0

say "Installing MQTT.js, one of the clients that the tests connect with"
( cd tests/SmartCityIoT.EndToEnd.Tests/Clients/mqtt-js && npm ci --loglevel=error --no-audit --no-fund ) || failed_step=1

say "Building"
dotnet restore SmartCityIoT.sln --locked-mode
dotnet build SmartCityIoT.sln -c Release --no-restore -v quiet

say "Checking the format"
dotnet format SmartCityIoT.sln --verify-no-changes --no-restore || { echo "Run: dotnet format SmartCityIoT.sln"; failed_step=1; }

say "Front end"
( cd src/SmartCityIoT.Dashboard/ClientApp && npm test -- --reporter=default --reporter=json --outputFile="$results/front-end.json" ) || failed_step=1

say ".NET and end to end"
# One test program at a time: several of them start servers, and the machine may have two cores.
dotnet test --solution SmartCityIoT.sln -c Release --no-build --max-parallel-test-modules 1 2>&1 | tee "$results/dotnet.txt" || failed_step=1

# Sums up: the runner's closing lines for .NET, the report file for the front end.
count() { awk -v key="$1:" '$1 == key { sum += $2 } END { print sum + 0 }' "$results/dotnet.txt"; }
front() { [ -s "$results/front-end.json" ] && node -p "JSON.parse(require('fs').readFileSync('$results/front-end.json')).$1 ?? 0" || echo 0; }
passed=$(( $(count succeeded) + $(front numPassedTests) ))
failed=$(( $(count failed) + $(front numFailedTests) ))
skipped=$(( $(count skipped) + $(front numPendingTests) ))

if [ "$failed_step" -ne 0 ] && [ "$failed" -eq 0 ]; then
  echo "A step failed outside the tests: see above."
  failed=1
fi
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
