package io.millrace.core.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Entry;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import io.millrace.api.store.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedStoreTest {
  private final EmbeddedStoreProvider provider = new EmbeddedStoreProvider(Ticker.systemTicker());

  @TempDir Path temp;

  @Test
  void opensTheDirectoryOfTheUri() {
    Path directory = temp.resolve("with space");
    try (MetaStore store = provider.open(uri("dir:" + directory))) {
      put(store, "a", "1");
    }
    try (MetaStore store = provider.open(uri("dir://" + directory))) {
      assertThat(store.read("").entries()).containsExactly(new Entry("a", "1", 1, 1));
    }
    assertThat(directory.resolve(StoreFile.NAME)).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dir:", "dir://host/path", "dir:/path?x=1", "dir:/nul%00"})
  void refusesOtherUris(String text) {
    assertThatThrownBy(() -> provider.open(uri(text)))
        .isInstanceOf(CdcException.class)
        .extracting(e -> ((CdcException) e).code())
        .isEqualTo(StandardErrorCode.STORE_URI_INVALID);
  }

  @Test
  void isForItsOwnerOnly() throws IOException {
    Path directory = temp.resolve("new/deep");
    try (MetaStore store = provider.open(directory)) {
      for (int i = 0; i < 100; i++) {
        put(store, "a", "x".repeat(1000));
      }
      assertThat(mode(directory)).isEqualTo("rwx------");
      assertThat(mode(directory.resolve(StoreFile.NAME))).isEqualTo("rw-------");
      assertThat(mode(directory.resolve(DirectoryLock.NAME))).isEqualTo("rw-------");
    }
    Files.setPosixFilePermissions(
        directory.resolve(StoreFile.NAME), PosixFilePermissions.fromString("rw-rw-rw-"));
    try (MetaStore store = provider.open(directory)) {
      assertThat(mode(directory.resolve(StoreFile.NAME))).isEqualTo("rw-------");
      assertThat(store.read("").entries()).hasSize(1);
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void isLockedWithinTheProcess() throws IOException {
    Path link =
        Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("d")));
    try (MetaStore store = provider.open(temp.resolve("d"))) {
      for (Path path : List.of(temp.resolve("d"), link)) {
        CdcException e = catchThrowableOfType(CdcException.class, () -> provider.open(path));
        assertThat(e.code()).isEqualTo(StandardErrorCode.STORE_LOCKED);
        assertThat(e)
            .hasMessageContaining(temp.resolve("d").toString())
            .hasMessageContaining("process " + ProcessHandle.current().pid());
      }
      put(store, "a", "1");
    }
    provider.open(link).close();
  }

  @Test
  void endsTheLeasesOfTheProcessBeforeAndReportsIt() throws IOException {
    Disk disk = new DirectoryDisk(temp);
    MetaStore killed = EmbeddedStoreProvider.open(disk, Ticker.systemTicker(), () -> {});
    put(killed, "free", "1");
    Op leased = new Op.Put("leased", "1", Optional.of(killed.lease(Duration.ofDays(1))));
    long last = killed.commit(new Txn(List.of(), List.of(leased))).revision();

    try (MetaStore store = provider.open(temp);
        Watch watch = store.watch("", last)) {
      assertThat(store.read("").entries()).extracting(Entry::key).containsExactly("free");
      assertThat(watch.poll(Duration.ZERO))
          .contains(new Delta(last + 1, List.of(new Delta.Deleted("leased"))));
      assertThatThrownBy(() -> store.watch("", last - 1))
          .isInstanceOf(CdcException.class)
          .extracting(e -> ((CdcException) e).code())
          .isEqualTo(StandardErrorCode.STORE_COMPACTED);
    }
  }

  @Test
  void dropsATailThatWasNeverAcknowledged() throws IOException {
    byte[] whole = twoCommits();
    int second = Frames.frameAt(whole, 0) + Frames.frameAt(whole, Frames.frameAt(whole, 0));
    for (int length = second; length < whole.length; length++) {
      write(Arrays.copyOf(whole, length));
      try (MetaStore store = provider.open(temp)) {
        assertThat(store.read("").entries()).containsExactly(new Entry("a", "first", 1, 1));
        put(store, "c", "1");
      }
      try (MetaStore store = provider.open(temp)) {
        assertThat(store.read("").entries()).hasSize(2);
      }
    }
  }

  @Test
  void refusesEveryDamageBeforeTheLastCommit() throws IOException {
    byte[] whole = twoCommits();
    int first = Frames.frameAt(whole, 0);
    int second = first + Frames.frameAt(whole, first);
    for (int at = 0; at < second; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      write(damaged);
      CdcException e = catchThrowableOfType(CdcException.class, () -> provider.open(temp));
      assertThat(e.code()).isEqualTo(StandardErrorCode.STORE_FAILED);
      assertThat(e)
          .hasMessageContaining(temp.resolve(StoreFile.NAME).toString())
          .hasMessageContaining("damaged at offset " + (at < first ? 0 : first) + ":");
      assertThat(Files.readAllBytes(temp.resolve(StoreFile.NAME))).isEqualTo(damaged);
    }
  }

  @Test
  void refusesAMissingCommit() throws IOException {
    byte[] whole = twoCommits();
    int first = Frames.frameAt(whole, 0);
    int second = first + Frames.frameAt(whole, first);
    byte[] gap = Arrays.copyOf(whole, first + whole.length - second);
    System.arraycopy(whole, second, gap, first, whole.length - second);
    write(gap);
    assertThatThrownBy(() -> provider.open(temp))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("damaged at offset " + first);
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    write(new byte[0]);
    assertThatThrownBy(() -> provider.open(temp))
        .isInstanceOf(CdcException.class)
        .hasMessageContaining("damaged at offset 0");
  }

  private byte[] twoCommits() throws IOException {
    try (MetaStore store = provider.open(temp)) {
      put(store, "a", "first");
      put(store, "b", "second");
    }
    return Files.readAllBytes(temp.resolve(StoreFile.NAME));
  }

  private void write(byte[] bytes) throws IOException {
    Files.write(temp.resolve(StoreFile.NAME), bytes);
  }

  @Test
  void survivesTheInterruptOfAWritingThread() {
    try (MetaStore store = provider.open(temp)) {
      for (int i = 0; i < 200; i++) {
        Thread.currentThread().interrupt();
        put(store, "a", "x".repeat(1000));
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(store.read("").revision()).isEqualTo(200);
    }
  }

  @Test
  void keepsEveryCharacter() {
    String value = "\u0000\u0001\u00e4\u4e2d\ud83d\ude00\"\\\n";
    try (MetaStore store = provider.open(temp)) {
      put(store, value, value);
    }
    try (MetaStore store = provider.open(temp)) {
      assertThat(store.read("").entries()).containsExactly(new Entry(value, value, 1, 1));
      assertThatThrownBy(() -> put(store, "a", "\ud83d"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void saysWhyADirectoryCannotBeUsed() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    CdcException e = catchThrowableOfType(CdcException.class, () -> provider.open(file));
    assertThat(e.code()).isEqualTo(StandardErrorCode.STORE_FAILED);
    assertThat(e)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("must be a directory that this process may write");
  }

  private static ConnectorUri uri(String text) {
    return ConnectorUri.parse(text.replace(" ", "%20"), StandardErrorCode.STORE_URI_INVALID);
  }

  private static void put(MetaStore store, String key, String value) {
    store.commit(new Txn(List.of(), List.of(new Op.Put(key, value))));
  }
}
