package io.millrace.transport.jdkhttp.server;

import io.millrace.transport.jdkhttp.guard.Credentials;
import io.millrace.transport.jdkhttp.route.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that says who may do what. Each line is {@code ROLE token TOKEN} or {@code ROLE user NAME
 * PASSWORD}; empty lines and those that begin with # are left out. Messages quote no secret.
 */
final class AuthFile {
  private AuthFile() {}

  /**
   * Reads a file.
   *
   * @param secrets resolves tokens and passwords that are references
   * @throws IllegalArgumentException naming the file and the line that is wrong
   */
  static Credentials read(Path file, Secrets secrets) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
    }
    Credentials.Builder all = Credentials.builder();
    boolean any = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        add(line.split("\\s+", -1), secrets, all);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(file + ", line " + (i + 1) + ": " + e.getMessage(), e);
      }
      any = true;
    }
    if (!any) {
      throw new IllegalArgumentException(file + " names no one, so no one could do anything");
    }
    return all.build();
  }

  private static void add(String[] words, Secrets secrets, Credentials.Builder all) {
    if (words.length == 3 && words[1].equals("token")) {
      all.token(role(words[0]), secrets.value(words[2]));
    } else if (words.length == 4 && words[1].equals("user")) {
      all.user(role(words[0]), words[2], secrets.value(words[3]));
    } else {
      throw new IllegalArgumentException("wanted is ROLE token TOKEN, or ROLE user NAME PASSWORD");
    }
  }

  private static Role role(String name) {
    return switch (name) {
      case "read" -> Role.READ;
      case "operate" -> Role.OPERATE;
      case "admin" -> Role.ADMIN;
      default -> throw new IllegalArgumentException("a role is read, operate or admin");
    };
  }
}
