package io.millrace.transport.jdkhttp.guard;

import io.millrace.api.CdcException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The material of a server's TLS, read anew when a file has changed. While the new files are of no
 * use, because only some of them are there yet, the former material stays.
 *
 * <p><i>Threads:</i> any.
 */
final class TlsStore {
  private static final System.Logger LOG = System.getLogger(TlsStore.class.getName());

  private final TlsFiles files;
  private List<String> stamps;
  private Edition current;
  private Edition former;

  /**
   * One state of the files.
   *
   * @param alias names it: a handshake goes on with what it began with
   */
  record Edition(String alias, TlsMaterial material) {}

  /** Reads the files; throws as {@link TlsMaterial#read}. */
  TlsStore(TlsFiles files) {
    this.files = files;
    stamps = stamps();
    current = new Edition("1", TlsMaterial.read(files));
    former = current;
  }

  /** Returns what the files hold now. */
  synchronized Edition latest() {
    List<String> now = stamps();
    if (!now.equals(stamps)) {
      stamps = now;
      try {
        TlsMaterial fresh = TlsMaterial.read(files);
        former = current;
        current = new Edition(Integer.toString(Integer.parseInt(former.alias) + 1), fresh);
        LOG.log(System.Logger.Level.INFO, "TLS files have changed and were read anew");
      } catch (CdcException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "TLS files have changed, the former ones stay in use: " + e.getMessage());
      }
    }
    return current;
  }

  /** Returns the material of an edition. */
  synchronized TlsMaterial material(String alias) {
    return alias.equals(former.alias) ? former.material : current.material;
  }

  private List<String> stamps() {
    List<Path> all = new ArrayList<>(List.of(files.cert(), files.key()));
    files.ca().ifPresent(all::add);
    return all.stream().map(FileStamp::of).toList();
  }
}
