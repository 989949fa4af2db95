package io.millrace.transport.jdkhttp.server;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"millrace-server v" + (version == null ? "0.0.0" : version)};
  }
}
