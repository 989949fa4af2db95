package io.millrace.testkit.source;

import io.millrace.api.source.ChangeSource;

/** A source whose log a test writes keeps the contract of sources. */
final class ScriptedSourceContractTest extends ScriptedLogContract {
  @Override
  protected ChangeSource open(ScriptedSource script) {
    return script;
  }
}
