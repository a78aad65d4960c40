// SSLContext and what is accepted as `ssl`: everything that can be refused is refused where it is said.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FileNotFoundError, InvalidArgumentError } from '../../../src/asyncio.ts';
import { createDefaultContext, Purpose } from '../../../src/net/tls/createDefaultContext.ts';
import { CERT_NONE, CERT_REQUIRED, SSLContext } from '../../../src/net/tls/sslContext.ts';
import type { VerifyMode } from '../../../src/net/tls/sslContext.ts';
import { SSLError } from '../../../src/net/tls/sslErrors.ts';
import { normalizeTls } from '../../../src/net/tls/tlsRequest.ts';
import { createSecureContext } from '../../../src/sys/host/tls.ts';
import { certificateFile, clientContext, keyFile, pem, serverContext } from './contexts.ts';

const onDeno = 'Deno' in globalThis ? 'Deno reads keys and certificates at the first handshake' : false;
const asClient = { serverSide: false, serverHostname: 'localhost' };
const asServer = { serverSide: true };

function refused(argument: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof InvalidArgumentError, String(error));
    assert.equal(error.argument, argument);
    return true;
  };
}

describe('SSLContext', () => {
  test('a client checks certificate and name, a server asks for no certificate', () => {
    const client = new SSLContext('client');
    assert.deepEqual([client.verifyMode, client.checkHostname], ['required', true]);
    const server = new SSLContext('server');
    assert.deepEqual([server.verifyMode, server.checkHostname], ['none', false]);
  });

  test('verifyMode cannot be none while checkHostname is on; turning that on demands certificates', () => {
    const context = new SSLContext('client');
    assert.throws(() => (context.verifyMode = CERT_NONE), refused('verifyMode'));
    context.checkHostname = false;
    context.verifyMode = CERT_NONE;
    context.checkHostname = true;
    assert.equal(context.verifyMode, CERT_REQUIRED);
    assert.throws(() => (context.verifyMode = 'some' as VerifyMode), refused('verifyMode'));
  });

  test('createDefaultContext is for the purpose given', () => {
    assert.equal(createDefaultContext().side, 'client');
    assert.equal(createDefaultContext(Purpose.CLIENT_AUTH).side, 'server');
    assert.throws(() => createDefaultContext('other' as 'serverAuth'), refused('purpose'));
  });

  test('loadCertChain takes files, PEM as text and as bytes, and a key with a password', () => {
    const context = serverContext();
    const { cert, key } = pem('server');
    context.loadCertChain({ cert, key });
    context.loadCertChain({ cert: Buffer.from(cert), key: new TextEncoder().encode(key) });
    context.loadCertChain({ cert: cert + key });
    context.loadCertChain({
      certfile: certificateFile('server'),
      keyfile: keyFile('locked'),
      password: 'secret',
    });
  });

  test(
    'loadCertChain refuses what is no certificate, a wrong password and a foreign key',
    { skip: onDeno },
    () => {
      const context = new SSLContext('server');
      assert.throws(() => context.loadCertChain({ cert: 'nothing', key: 'nothing' }), SSLError);
      const locked = { certfile: certificateFile('server'), keyfile: keyFile('locked') };
      assert.throws(() => context.loadCertChain({ ...locked, password: 'wrong' }), SSLError);
      assert.throws(
        () => context.loadCertChain({ cert: pem('server').cert, key: pem('other').key }),
        SSLError,
      );
    },
  );

  test('a file that is not there is a FileNotFoundError with its path', () => {
    const context = new SSLContext('server');
    assert.throws(
      () => context.loadCertChain({ certfile: '/nowhere/server.crt' }),
      (error) => error instanceof FileNotFoundError && error.address === '/nowhere/server.crt',
    );
    assert.throws(() => context.loadVerifyLocations({ cafile: '/nowhere/ca.crt' }), FileNotFoundError);
  });

  test('wrong arguments are refused where they are given', () => {
    const context = new SSLContext('server');
    assert.throws(() => context.loadCertChain(undefined as never), refused('chain'));
    assert.throws(() => context.loadCertChain({ cert: 5 as never }), refused('cert'));
    assert.throws(() => context.loadCertChain({ cert: '', password: 5 as never }), refused('password'));
    assert.throws(() => context.loadVerifyLocations({}), refused('locations'));
    assert.throws(() => context.setAlpnProtocols(['']), refused('protocols'));
    assert.throws(() => context.setAlpnProtocols('h2' as never), refused('protocols'));
    assert.throws(() => context.setCiphers(5 as never), refused('ciphers'));
    assert.throws(() => context.setServernameCallback(5 as never), refused('callback'));
    assert.throws(() => (context.minimumVersion = 'SSLv3' as never), refused('minimumVersion'));
    assert.throws(() => new SSLContext('both' as 'client'), refused('side'));
  });

  test('setCiphers refuses what names no cipher', { skip: onDeno }, () => {
    assert.throws(() => new SSLContext('server').setCiphers('NO-SUCH-CIPHER'), SSLError);
  });
});

describe('normalizeTls', () => {
  test('takes true, contexts, options of node:tls and its secure contexts for a client', () => {
    for (const ssl of [true, clientContext(), {}, { ca: pem('server').cert }, createSecureContext({})]) {
      assert.equal(normalizeTls(ssl, asClient).handshakeTimeout, 60_000);
    }
  });

  test('takes contexts with a certificate, options of node:tls and its secure contexts for a server', () => {
    for (const ssl of [serverContext(), pem('server'), createSecureContext(pem('server'))]) {
      assert.equal(normalizeTls(ssl, asServer).shutdownTimeout, 30_000);
    }
  });

  test('refuses what is no context, and contexts for the other side or without a certificate', () => {
    for (const ssl of ['yes', 1, [], new Map(), () => {}])
      assert.throws(() => normalizeTls(ssl, asClient), refused('ssl'));
    for (const ssl of [true, {}, new SSLContext('server'), clientContext(), 'yes'])
      assert.throws(() => normalizeTls(ssl, asServer), refused('ssl'));
    assert.throws(() => normalizeTls(serverContext(), asClient), refused('ssl'));
  });

  test('a checked name needs a name', () => {
    for (const ssl of [clientContext(), {}, createSecureContext({})]) {
      for (const serverHostname of [undefined, ''])
        assert.throws(
          () => normalizeTls(ssl, { serverSide: false, serverHostname }),
          refused('serverHostname'),
        );
    }
    const unchecked = clientContext();
    unchecked.checkHostname = false;
    for (const ssl of [true, unchecked, { rejectUnauthorized: false }, { servername: 'localhost' }])
      normalizeTls(ssl, { serverSide: false });
    assert.throws(
      () => normalizeTls(true, { serverSide: false, serverHostname: 5 as never }),
      refused('serverHostname'),
    );
  });

  test('timeouts must be more than 0', () => {
    for (const bad of [0, -1]) {
      assert.throws(
        () => normalizeTls(true, { ...asClient, handshakeTimeout: bad }),
        refused('sslHandshakeTimeout'),
      );
      assert.throws(
        () => normalizeTls(true, { ...asClient, shutdownTimeout: bad }),
        refused('sslShutdownTimeout'),
      );
    }
    assert.throws(
      () => normalizeTls(true, { ...asClient, shutdownTimeout: 'soon' as never }),
      refused('sslShutdownTimeout'),
    );
  });
});
