package io.millrace.core.store.embedded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A disk in memory whose power can be cut: what was not synced is then lost, whole or in part.
 *
 * <p>Data is in 64-byte pages that reach the disk in any order; a size change of a file, and each
 * change of a name, is there or not. A prefix of the changes of names survives, as with a journaled
 * file system.
 */
final class CutDisk implements Disk {
  private static final int PAGE = 64;

  /** What a disk that lies does not do. */
  enum Lie {
    NONE,
    NO_FILE_SYNC,
    NO_NAME_SYNC
  }

  /** The power is gone. */
  static final class PowerCut extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Content {
    byte[] durable = new byte[0];
    byte[] current = new byte[0];
  }

  private final Random random;
  private final Lie lie;
  private final Map<String, Content> durableNames = new LinkedHashMap<>();
  private final Map<String, Content> names = new LinkedHashMap<>();
  private final List<Map<String, Content>> steps = new ArrayList<>();
  private long left = Long.MAX_VALUE;
  private boolean failing;

  CutDisk(Random random, Lie lie) {
    this.random = random;
    this.lie = lie;
  }

  /** Cuts the power in the middle of the n-th operation from now, counting from zero. */
  synchronized void cutAfter(long n) {
    left = n;
  }

  /** Makes every write fail, as on a full disk. */
  synchronized void failWrites(boolean fail) {
    failing = fail;
  }

  /** Returns the disk as it comes up again. */
  synchronized CutDisk powerOn() {
    CutDisk next = new CutDisk(random, lie);
    Map<String, Content> survived =
        steps.isEmpty() ? durableNames : pick(random.nextInt(steps.size() + 1));
    Map<Content, Content> copies = new HashMap<>();
    survived.forEach(
        (name, content) -> next.names.put(name, copies.computeIfAbsent(content, this::survivor)));
    next.durableNames.putAll(next.names);
    return next;
  }

  private Map<String, Content> pick(int count) {
    return count == 0 ? durableNames : steps.get(count - 1);
  }

  private Content survivor(Content content) {
    int least = Math.min(content.durable.length, content.current.length);
    int most = Math.max(content.durable.length, content.current.length);
    int length = least == most ? least : least + random.nextInt(most - least + 1);
    if (random.nextBoolean()) {
      length = random.nextBoolean() ? content.durable.length : content.current.length;
    }
    Content after = new Content();
    after.durable = new byte[length];
    for (int page = 0; page < length; page += PAGE) {
      boolean reached = random.nextBoolean();
      byte[] from = reached ? content.current : content.durable;
      int end = Math.min(Math.min(page + PAGE, length), from.length);
      if (page < end) {
        System.arraycopy(from, page, after.durable, page, end - page);
      }
    }
    after.current = after.durable.clone();
    return after;
  }

  private void step() throws PowerCut {
    if (left-- <= 0) {
      left = 0;
      throw new PowerCut();
    }
  }

  private void named() {
    steps.add(new LinkedHashMap<>(names));
  }

  @Override
  public synchronized Optional<byte[]> read(String name) throws IOException {
    step();
    return Optional.ofNullable(names.get(name)).map(content -> content.current.clone());
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    step();
    Content content = new Content();
    names.put(name, content);
    named();
    return new CutFile(content);
  }

  @Override
  public synchronized DiskFile open(String name, long length) throws IOException {
    step();
    Content content = Optional.ofNullable(names.get(name)).orElseThrow();
    content.current = Arrays.copyOf(content.current, (int) length);
    return new CutFile(content);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    step();
    names.put(to, Optional.ofNullable(names.remove(from)).orElseThrow());
    named();
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    step();
    if (names.remove(name) != null) {
      named();
    }
  }

  @Override
  public synchronized void sync() throws IOException {
    step();
    if (lie != Lie.NO_NAME_SYNC) {
      durableNames.clear();
      durableNames.putAll(names);
      steps.clear();
    }
  }

  @Override
  public String path(String name) {
    return "/disk/" + name;
  }

  private final class CutFile implements DiskFile {
    private final Content content;

    CutFile(Content content) {
      this.content = content;
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      synchronized (CutDisk.this) {
        if (failing) {
          throw new IOException("No space left on device");
        }
        int old = content.current.length;
        boolean cut = left == 0;
        int written = cut ? random.nextInt(bytes.length + 1) : bytes.length;
        content.current = Arrays.copyOf(content.current, old + written);
        System.arraycopy(bytes, 0, content.current, old, written);
        step();
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (CutDisk.this) {
        step();
        if (lie != Lie.NO_FILE_SYNC) {
          content.durable = content.current.clone();
        }
      }
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
