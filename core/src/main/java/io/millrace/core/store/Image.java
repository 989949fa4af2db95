package io.millrace.core.store;

import java.util.Collection;
import java.util.List;

/** All that a store holds at one revision. */
public interface Image {
  /** The image of a store that never held anything. */
  Image EMPTY =
      new Image() {
        @Override
        public long revision() {
          return 0;
        }

        @Override
        public Collection<StoredEntry> entries() {
          return List.of();
        }

        @Override
        public long bytes() {
          return 0;
        }
      };

  /** Returns the revision of the last commit. */
  long revision();

  /** Returns the entries in key order; valid until the next commit. */
  Collection<StoredEntry> entries();

  /** Returns the bytes of all keys and values in UTF-8. */
  long bytes();
}
