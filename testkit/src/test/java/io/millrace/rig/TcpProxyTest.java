package io.millrace.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

final class TcpProxyTest {
  private static final byte[] DUMP = {1, 0, 0, 0, 0x12};

  /** Ten packets of three bytes of body. */
  private static byte[] packets() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 10; i++) {
      out.writeBytes(new byte[] {3, 0, 0, (byte) i, 'a', 'b', 'c'});
    }
    return out.toByteArray();
  }

  @Test
  void cutsADumpAfterSoManyPackets() throws IOException {
    assertThat(passed(proxy -> proxy.cutAfterPackets(() -> 4), DUMP)).isEqualTo(4 * 7);
  }

  @Test
  void cutsADumpInsideAPacket() throws IOException {
    assertThat(passed(proxy -> proxy.cutAfterBytes(() -> 16), DUMP)).isEqualTo(16);
  }

  @Test
  void leavesOtherCommandsAlone() throws IOException {
    byte[] query = {1, 0, 0, 0, 3};
    assertThat(passed(proxy -> proxy.cutAfterPackets(() -> 4), query)).isEqualTo(70);
  }

  private interface Setting {
    void on(TcpProxy proxy);
  }

  private static int passed(Setting setting, byte[] command) throws IOException {
    try (ServerSocket backend = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TcpProxy proxy = TcpProxy.to(backend.getLocalPort())) {
      setting.on(proxy);
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
          Socket server = backend.accept()) {
        client.getOutputStream().write(command);
        assertThat(server.getInputStream().readNBytes(command.length)).isEqualTo(command);
        server.getOutputStream().write(packets());
        server.shutdownOutput();
        return client.getInputStream().readAllBytes().length;
      }
    }
  }
}
