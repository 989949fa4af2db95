package io.millrace.core.source.datagen;

import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableName;
import io.millrace.api.event.Restart;
import io.millrace.api.event.TableSchema;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.SourceRequest;
import io.millrace.testkit.source.ChangeSourceContract;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The made-up upstream keeps the contract of sources. */
final class DatagenSourceContractTest extends ChangeSourceContract {
  private static final String URI = "datagen:?rate=0&limit=500&tables=2&accounts=40&txn-rows=60";

  private Set<TableName> tables = Set.of();

  @Override
  protected ChangeSource open() {
    return new DatagenSourceProvider(InstantSource.system())
        .open(
            new SourceRequest(
                ConnectorUri.parse(URI, StandardErrorCode.SOURCE_URI_INVALID),
                "contract",
                Optional.empty()));
  }

  @Override
  protected Restart begin(ChangeSource source, int transactions) {
    tables = source.tables().stream().map(TableSchema::name).collect(Collectors.toSet());
    return new Restart(source.oldest(), source.now().ts().previous());
  }

  @Override
  protected Set<TableName> tables() {
    return tables;
  }
}
