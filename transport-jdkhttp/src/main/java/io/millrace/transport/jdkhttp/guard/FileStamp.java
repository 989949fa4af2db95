package io.millrace.transport.jdkhttp.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Tells whether a file may have changed: another state of it has another stamp. */
public final class FileStamp {
  private FileStamp() {}

  /** Returns the stamp of a file as it is now; it need not be there. */
  public static String of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "absent";
    }
  }
}
