package io.millrace.transport.jdkhttp.guard;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Accepts clients whose certificate is of a known authority and has an allowed name. */
final class ClientCertificates extends X509ExtendedTrustManager {
  private final TlsStore store;
  private final Set<String> allowedNames;

  ClientCertificates(TlsStore store, Set<String> allowedNames) {
    this.store = store;
    this.allowedNames = allowedNames;
  }

  private X509ExtendedTrustManager authorities() throws CertificateException {
    return store
        .latest()
        .material()
        .clients()
        .orElseThrow(() -> new CertificateException("no authorities of clients are given"));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    authorities().checkClientTrusted(chain, authType, engine);
    checkName(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    authorities().checkClientTrusted(chain, authType, socket);
    checkName(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    authorities().checkClientTrusted(chain, authType);
    checkName(chain[0]);
  }

  private void checkName(X509Certificate certificate) throws CertificateException {
    if (!allowedNames.isEmpty() && names(certificate).stream().noneMatch(allowedNames::contains)) {
      throw new CertificateException("no name of the client's certificate is allowed");
    }
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    Set<String> names = new HashSet<>();
    try {
      for (Rdn each : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (each.getType().equalsIgnoreCase("CN")) {
          names.add(each.getValue().toString());
        }
      }
    } catch (InvalidNameException e) {
      throw new CertificateParsingException(e);
    }
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      alternatives.forEach(each -> names.add(each.get(1).toString()));
    }
    return names;
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return store
        .latest()
        .material()
        .clients()
        .map(X509ExtendedTrustManager::getAcceptedIssuers)
        .orElseGet(() -> new X509Certificate[0]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw noClient();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw noClient();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw noClient();
  }

  private static CertificateException noClient() {
    return new CertificateException("this end is a server");
  }
}
