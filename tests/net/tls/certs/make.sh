#!/bin/sh
# Makes the certificates of the TLS tests, valid for a hundred years. They protect nothing: the keys are public.
#
#   sh tests/net/tls/certs/make.sh
#
# ca          the authority that signed server, other and client
# server      localhost, 127.0.0.1, ::1
# other       other.test, for SNI
# client      a client's certificate
# stranger    signed by nobody but itself, for localhost
# expired     localhost, signed by ca, over since 2001
# locked.key  the key of server, locked with the password 'secret'
set -eu
cd "$(dirname "$0")"
days=36500

key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }

sign() { # name, common name, extensions, options
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  printf '%s\n' "$3" > "$1.ext"
  shift_name=$1; shift 3
  openssl x509 -req -in "$shift_name.csr" -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 8)" \
    -extfile "$shift_name.ext" -out "$shift_name.crt" "$@" 2>/dev/null
  rm "$shift_name.csr" "$shift_name.ext"
}

for name in ca server other client stranger expired; do key "$name"; done
openssl req -x509 -new -key ca.key -subj '/CN=asyncio-ts test authority' -days $days -out ca.crt \
  -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign'
sign server localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' -days $days
sign other other.test 'subjectAltName=DNS:other.test' -days $days
sign client 'a client' 'extendedKeyUsage=clientAuth' -days $days
openssl req -x509 -new -key stranger.key -subj '/CN=localhost' -days $days -out stranger.crt \
  -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1'
# x509 cannot sign into the past; ca can.
openssl req -new -key expired.key -subj /CN=localhost -out expired.csr
: > index.txt; mkdir -p new
openssl ca -batch -config /dev/stdin -cert ca.crt -keyfile ca.key -in expired.csr -out expired.crt -notext \
  -startdate 20000101000000Z -enddate 20010101000000Z 2>/dev/null <<'CONFIG'
[ca]
default_ca = it
[it]
database = index.txt
new_certs_dir = new
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
subjectAltName = DNS:localhost,IP:127.0.0.1
CONFIG
rm -rf expired.csr index.txt* new ca.key
openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:secret -in server.key -out locked.key
