package io.millrace.transport.jdkhttp.guard;

import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The TLS of a server. */
public final class Tls {
  // a certificate that is no longer accepted can resume its session for so long
  private static final int SESSION_SECONDS = 60;

  private Tls() {}

  /**
   * Returns a context that follows its files: a handshake after a change uses the new ones.
   *
   * @throws CdcException {@link StandardErrorCode#API_INVALID_PARAM} naming the file that is of no
   *     use and why
   */
  public static SSLContext context(TlsFiles files) {
    TlsStore store = new TlsStore(files);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new ServerKeys(store)},
          new TrustManager[] {new ClientCertificates(store, files.allowedNames())},
          null);
      context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      return context;
    } catch (GeneralSecurityException e) {
      throw new CdcException(
          StandardErrorCode.API_INVALID_PARAM, "TLS cannot be had: " + e.getMessage(), e);
    }
  }
}
