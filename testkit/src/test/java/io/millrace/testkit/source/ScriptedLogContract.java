package io.millrace.testkit.source;

import static io.millrace.api.event.ColumnType.BIGINT;
import static io.millrace.api.event.ColumnType.VARCHAR;
import static io.millrace.testkit.event.TableBuilder.table;

import io.millrace.api.TableName;
import io.millrace.api.event.Restart;
import io.millrace.api.source.ChangeSource;
import io.millrace.api.source.Head;
import io.millrace.testkit.event.TableBuilder;
import java.util.Set;

/** The contract of sources on a log of inserts, updates and deletes that a test writes. */
abstract class ScriptedLogContract extends ChangeSourceContract {
  private final ScriptedSource script = new ScriptedSource(3);
  private final TableName orders = script.add(notes("shop.orders"));
  private final TableName items = script.add(notes("shop.items"));
  private final TableName others = script.add(notes("shop.others"));

  private static TableBuilder notes(String name) {
    return table(name).column("id", BIGINT).column("note", VARCHAR).primaryKey("id");
  }

  /** Returns the source of the log. */
  protected abstract ChangeSource open(ScriptedSource script);

  @Override
  protected ChangeSource open() {
    return open(script);
  }

  @Override
  protected Restart begin(ChangeSource source, int transactions) {
    script.insert(1, others);
    Head first = script.now();
    Restart begin = new Restart(first.end(), first.ts());
    for (long id = 1; id <= transactions + 5; id++) {
      ScriptedTransaction next = script.transaction().insert(orders, id, "n".repeat(200));
      for (long item = 1; item <= id % 4 * 5; item++) {
        next.insert(items, 1000 * id + item, "of order " + id);
      }
      next.insert(items, 1000 * id, "last").update(items, 1000 * id, "x".repeat(99));
      if (id > 1) {
        next.delete(orders, id - 1).insert(others, id, "beside");
      }
      next.commit();
    }
    return begin;
  }

  @Override
  protected Set<TableName> tables() {
    return Set.of(orders, items);
  }

  @Override
  protected boolean cutConnections() {
    script.cutConnections();
    return true;
  }
}
