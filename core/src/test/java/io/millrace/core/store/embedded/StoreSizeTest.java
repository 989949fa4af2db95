package io.millrace.core.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import io.millrace.api.CdcException;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files stay in proportion to what they hold, over many commits and with kills in between. */
class StoreSizeTest {
  private static final int SCALE = Integer.getInteger("millrace.scale", 1);
  private static final int COMMITS = SCALE >= 10 ? 1_000_000 : 20_000 * SCALE;
  private static final int KEYS = 200;
  private static final int MOST_TIMES_LIVE = 16;

  @TempDir Path directory;

  @Test
  void staysBelowSixteenTimesTheLiveData() throws IOException {
    KilledDisk disk = new KilledDisk(directory);
    Random random = new Random(7);
    MetaStore store = open(disk);
    long live = 0;
    for (int key = 0; key < KEYS; key++) {
      live += put(store, key, random);
    }
    disk.most = 0;
    int kills = 0;
    for (int done = 0; done < COMMITS; ) {
      disk.left = random.nextInt(4_000);
      try {
        while (done < COMMITS) {
          put(store, random.nextInt(KEYS), random);
          done++;
        }
      } catch (CdcException e) {
        kills++;
      }
      disk.left = Integer.MAX_VALUE;
      store.close();
      store = open(disk);
      assertThat(store.read("").entries()).hasSize(KEYS);
    }
    store.close();

    System.getLogger(StoreSizeTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "store size commits="
                + COMMITS
                + " kills="
                + kills
                + " live="
                + live
                + " most="
                + disk.most);
    assertThat(kills).isGreaterThan(COMMITS / 10_000);
    assertThat(disk.most).isBetween(live, MOST_TIMES_LIVE * live);
  }

  @Test
  void shrinksWithWhatItHolds() throws IOException {
    try (MetaStore store = open(new DirectoryDisk(directory))) {
      for (int i = 0; i < 100; i++) {
        store.commit(txn(new Op.Put("big" + i, "x".repeat(20_000))));
      }
      for (int i = 0; i < 100; i++) {
        store.commit(txn(new Op.Delete("big" + i)));
      }
      assertThat(size(directory)).isLessThan(40_000);
    }
  }

  private static int put(MetaStore store, int key, Random random) {
    String name = "/millrace/default/key/" + key;
    String value = random.nextInt(1_000_000) + "x".repeat(494);
    store.commit(txn(new Op.Put(name, value)));
    return name.length() + value.length();
  }

  private static Txn txn(Op op) {
    return new Txn(List.of(), List.of(op));
  }

  private static MetaStore open(Disk disk) throws IOException {
    return EmbeddedStoreProvider.open(disk, Ticker.systemTicker(), () -> {});
  }

  private static long size(Path directory) {
    long size = 0;
    for (File file : Optional.ofNullable(directory.toFile().listFiles()).orElseThrow()) {
      size += file.length();
    }
    return size;
  }

  /**
   * Real files, written by a process that is killed after a while: from then on every operation
   * fails, and the files stay as they are. It does not sync, which changes no size.
   */
  private static final class KilledDisk implements Disk {
    private final Path directory;
    private final Disk real;
    private int left = Integer.MAX_VALUE;
    private long most;

    KilledDisk(Path directory) {
      this.directory = directory;
      this.real = new DirectoryDisk(directory);
    }

    private void step() throws IOException {
      if (left-- <= 0) {
        left = 0;
        throw new IOException("killed");
      }
    }

    private void measure() {
      most = Math.max(most, size(directory));
    }

    @Override
    public Optional<byte[]> read(String name) throws IOException {
      return real.read(name);
    }

    @Override
    public DiskFile create(String name) throws IOException {
      step();
      return new KilledFile(real.create(name));
    }

    @Override
    public DiskFile open(String name, long length) throws IOException {
      return new KilledFile(real.open(name, length));
    }

    @Override
    public void rename(String from, String to) throws IOException {
      step();
      real.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
      real.delete(name);
    }

    @Override
    public void sync() throws IOException {
      step();
    }

    @Override
    public String path(String name) {
      return real.path(name);
    }

    private final class KilledFile implements DiskFile {
      private final DiskFile file;

      KilledFile(DiskFile file) {
        this.file = file;
      }

      @Override
      public void append(byte[] bytes) throws IOException {
        if (left == 0) {
          file.append(Arrays.copyOf(bytes, bytes.length / 2));
        }
        step();
        file.append(bytes);
        measure();
      }

      @Override
      public void sync() throws IOException {
        step();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    }
  }
}
