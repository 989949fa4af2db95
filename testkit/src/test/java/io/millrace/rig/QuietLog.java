package io.millrace.rig;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Silences Millrace's log for tests that lead it through thousands of troubles. */
public final class QuietLog implements BeforeAllCallback, AfterAllCallback {
  private static final Logger LOGGER = Logger.getLogger("io.millrace");

  private Level before = Level.INFO;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = LOGGER.getLevel();
    LOGGER.setLevel(Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    LOGGER.setLevel(before);
  }
}
