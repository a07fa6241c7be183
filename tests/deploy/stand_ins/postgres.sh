#!/bin/sh
# As the official image's entry point: hand the volume to the server's own user, make the cluster and the database once.
set -eu
data=/var/lib/postgresql/data
as_postgres="setpriv --reuid postgres --regid postgres --clear-groups"

if [ ! -e "$data/PG_VERSION" ]; then
    install -d -o postgres -g postgres -m 700 "$data"
    printf %s "$POSTGRES_PASSWORD" > /tmp/password
    chown postgres /tmp/password
    # shellcheck disable=SC2086 - the arguments are words
    $as_postgres initdb -D "$data" -U "$POSTGRES_USER" --pwfile /tmp/password --auth scram-sha-256 $POSTGRES_INITDB_ARGS
    rm /tmp/password
    echo "host all all all scram-sha-256" >> "$data/pg_hba.conf"
    echo "CREATE DATABASE $POSTGRES_DB" | $as_postgres postgres --single -D "$data" postgres
fi
exec $as_postgres postgres -D "$data" -c "listen_addresses=*" -c unix_socket_directories=/tmp
