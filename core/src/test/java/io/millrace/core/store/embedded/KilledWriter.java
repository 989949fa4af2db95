package io.millrace.core.store.embedded;

import com.google.common.base.Ticker;
import io.millrace.api.store.MetaStore;
import io.millrace.api.store.Op;
import io.millrace.api.store.Txn;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A process that counts up in a store for ever, and says each number once it is acknowledged. */
final class KilledWriter {
  private KilledWriter() {}

  public static void main(String[] args) throws IOException {
    MetaStore store = new EmbeddedStoreProvider(Ticker.systemTicker()).open(Path.of(args[0]));
    Op alive = new Op.Put("alive", "1", Optional.of(store.lease(Duration.ofDays(1))));
    store.commit(new Txn(List.of(), List.of(alive)));
    int next =
        store.read("count/a").entries().stream()
                .mapToInt(entry -> Integer.parseInt(entry.value().strip()))
                .max()
                .orElse(0)
            + 1;
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      while (true) {
        String value = next + " ".repeat(next % 700);
        store.commit(
            new Txn(
                List.of(), List.of(new Op.Put("count/a", value), new Op.Put("count/b", value))));
        out.write((next + "\n").getBytes(StandardCharsets.US_ASCII));
        next++;
      }
    }
  }
}
