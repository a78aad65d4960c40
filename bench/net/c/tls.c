// The client's half of TLS by OpenSSL. Compiled without WITH_TLS, where the headers are missing, it only
// says that it is not there.

#include "load.h"

#ifdef WITH_TLS

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

bool tls_present(void) {
  return true;
}

/** The certificate is self-signed and its key on the same disk: nothing to verify. */
static SSL_CTX *context(void) {
  static SSL_CTX *made;
  if (made == NULL) {
    made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(made, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }
  return made;
}

void *tls_connect(int fd) {
  SSL *ssl = SSL_new(context());
  SSL_set_fd(ssl, fd);
  if (SSL_connect(ssl) != 1) {
    char text[256];
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    fail("TLS handshake: %s", text);
  }
  return ssl;
}

static ssize_t answer(SSL *ssl, int result) {
  if (result > 0) return result;
  int why = SSL_get_error(ssl, result);
  if (why == SSL_ERROR_ZERO_RETURN) return 0;
  errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : errno != 0 ? errno : EIO;
  return -1;
}

ssize_t tls_read(void *tls, char *bytes, size_t size) {
  return answer(tls, SSL_read(tls, bytes, (int)size));
}

ssize_t tls_write(void *tls, const char *bytes, size_t size) {
  return answer(tls, SSL_write(tls, bytes, (int)size));
}

#else

bool tls_present(void) {
  return false;
}

void *tls_connect(int fd) {
  (void)fd;
  fail("compiled without TLS");
}

ssize_t tls_read(void *tls, char *bytes, size_t size) {
  (void)tls, (void)bytes, (void)size;
  return -1;
}

ssize_t tls_write(void *tls, const char *bytes, size_t size) {
  (void)tls, (void)bytes, (void)size;
  return -1;
}

#endif
