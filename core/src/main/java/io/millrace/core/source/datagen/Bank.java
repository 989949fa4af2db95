package io.millrace.core.source.datagen;

import io.millrace.api.event.RowChange;
import io.millrace.api.event.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of the bank, by number, and the balances they leave.
 *
 * <p>The first transaction opens the bank's own account, number 0 of the first table, with all the
 * money there is; the next ones open the customers' accounts and hand the money out. From then on
 * customers pay each other in rounds. The first half of a round makes payments, each an insert into
 * {@code transfers}; the second half takes them back in reverse order and deletes them. So after
 * each round every balance is the first one again, and any transaction can be made after replaying
 * one round at most. After each transaction the balances add up to the same total.
 *
 * <p>A transaction comes in parts, one payment or one opened account each, so that a large one need
 * not be held as a whole. <i>Threads:</i> one at a time.
 */
final class Bank {
  /** The value of the column that schema changes add. */
  static final int LEVEL = 7;

  private static final long FIRST_BALANCE = 1_000_000;
  private static final int MOST_PAID = 1000;
  private static final int OPENED_AT_ONCE = 100;
  private static final int ROUND_PAYMENTS = 1 << 16;
  private static final int MOST_PER_HALF = 1 << 5;
  private static final int NOTES = 64;
  private static final List<String> OWNERS =
      List.of("Ada", "Blaise", "Carl", "Dorothy", "Emmy", "Fibonacci", "Grace", "Henri");

  private final Workload workload;
  private final boolean[] wanted;
  private final int customers;
  private final long openings;
  private final long halfRound;
  private final long[] balances;
  private final byte[] pool;
  private final long[] ownerCells;
  private final int noteOffset;
  private int extendedTable = -1;

  /**
   * Creates a bank at its first transaction.
   *
   * @param wanted the tables, by number, whose rows are made
   */
  Bank(Workload workload, boolean[] wanted) {
    this.workload = workload;
    this.wanted = wanted.clone();
    customers = workload.tableCount() * workload.accounts();
    openings = 1L + (customers + OPENED_AT_ONCE - 1) / OPENED_AT_ONCE;
    halfRound = Math.max(1, Math.min(MOST_PER_HALF, ROUND_PAYMENTS / workload.pairs()));
    balances = new long[customers];
    Arrays.fill(balances, FIRST_BALANCE);
    String owners = String.join("", OWNERS);
    StringBuilder text = new StringBuilder(owners);
    noteOffset = text.length();
    for (int i = 0; i < workload.rowBytes() + NOTES; i++) {
      text.append((char) ('a' + (i * 7 + i / 26) % 26));
    }
    pool = text.toString().getBytes(StandardCharsets.US_ASCII);
    ownerCells =
        OWNERS.stream().mapToLong(o -> TypedRow.text(owners.indexOf(o), o.length())).toArray();
  }

  /** Returns the sum of all balances after any transaction. */
  static long total(Workload workload) {
    return FIRST_BALANCE * workload.tableCount() * workload.accounts();
  }

  /** Brings the balances to where they are before a transaction. */
  void seek(long transaction) {
    Arrays.fill(balances, FIRST_BALANCE);
    if (transaction <= openings) {
      return;
    }
    long work = transaction - openings;
    for (long each = transaction - work % (2 * halfRound); each < transaction; each++) {
      for (int part = 0; part < workload.pairs(); part++) {
        pay(payment(each, part), null);
      }
    }
  }

  /** Sets which account table has the additional column now; -1: none. */
  void extend(int table) {
    extendedTable = table;
  }

  /** Returns how many parts a transaction has. */
  int parts(long transaction) {
    if (transaction >= openings) {
      return workload.pairs();
    }
    return transaction == 0 ? 1 : (int) (opened(transaction + 1) - opened(transaction)) + 1;
  }

  /** Makes the next part of a transaction; parts must be asked for in order. */
  void part(long transaction, int part, Rows out) {
    if (transaction >= openings) {
      pay(payment(transaction, part), out);
    } else if (transaction == 0) {
      insert(0, own(Bank.total(workload)), out);
    } else if (part == 0) {
      long left = Bank.total(workload) - FIRST_BALANCE * opened(transaction);
      long handedOut = FIRST_BALANCE * (parts(transaction) - 1);
      update(0, own(left), own(left - handedOut), out);
    } else {
      int customer = (int) opened(transaction) + part - 1;
      insert(tableOf(customer), account(customer, FIRST_BALANCE), out);
    }
  }

  /** Returns how many accounts are open before a transaction, at most all. */
  private long opened(long transaction) {
    return Math.min(customers, Math.max(0, transaction - 1) * OPENED_AT_ONCE);
  }

  /** Returns the tables, by number, that a transaction has rows of. */
  boolean[] touched(long transaction) {
    boolean[] touched = new boolean[wanted.length];
    if (transaction < openings) {
      touched[0] = true;
      for (long each = opened(transaction); each < opened(transaction + 1); each++) {
        touched[tableOf((int) each)] = true;
      }
      return touched;
    }
    touched[workload.tableCount()] = true;
    for (int part = 0; part < workload.pairs(); part++) {
      Payment payment = payment(transaction, part);
      touched[tableOf(payment.payer())] = true;
      touched[tableOf(payment.payee())] = true;
    }
    return touched;
  }

  private Payment payment(long transaction, int part) {
    long inRound = (transaction - openings) % (2 * halfRound);
    boolean back = inRound >= halfRound;
    long made = back ? transaction - inRound + 2 * halfRound - 1 - inRound : transaction;
    long number = back ? workload.pairs() - 1 - part : part;
    long id = (made - openings) * workload.pairs() + number + 1;
    long random = Mix.of(workload.seed(), made, number);
    int payer = (int) Long.remainderUnsigned(random, customers);
    int payee = (int) ((payer + 1 + (random >>> 40) % (customers - 1)) % customers);
    long amount = 1 + Long.remainderUnsigned(Mix.of(random, 0, 0), MOST_PAID);
    return new Payment(id, payer, payee, amount, back);
  }

  private void pay(Payment payment, @Nullable Rows out) {
    long amount = payment.back() ? -payment.amount() : payment.amount();
    if (out != null && payment.back()) {
      delete(transfer(payment), out);
    }
    move(payment.payer(), -amount, out);
    move(payment.payee(), amount, out);
    if (out != null && !payment.back()) {
      insert(workload.tableCount(), transfer(payment), out);
    }
  }

  private void move(int customer, long amount, @Nullable Rows out) {
    long before = balances[customer];
    balances[customer] = before + amount;
    if (out != null && wanted[tableOf(customer)]) {
      update(tableOf(customer), account(customer, before), account(customer, before + amount), out);
    }
  }

  private void insert(int table, long[] after, Rows out) {
    if (wanted[table]) {
      TableSchema schema = workload.table(table, extendedTable);
      out.add(TypedRowChange.insert(schema, new TypedRow(schema, after, pool)));
    }
  }

  private void update(int table, long[] before, long[] after, Rows out) {
    if (wanted[table]) {
      TableSchema schema = workload.table(table, extendedTable);
      out.add(
          TypedRowChange.update(
              schema, new TypedRow(schema, before, pool), new TypedRow(schema, after, pool)));
    }
  }

  private void delete(long[] before, Rows out) {
    int table = workload.tableCount();
    if (wanted[table]) {
      TableSchema schema = workload.table(table, extendedTable);
      out.add(TypedRowChange.delete(schema, new TypedRow(schema, before, pool)));
    }
  }

  private int tableOf(int customer) {
    return customer / workload.accounts();
  }

  private int accountOf(int customer) {
    return customer % workload.accounts() + 1;
  }

  private long[] account(int customer, long balance) {
    return accountCells(tableOf(customer), accountOf(customer), balance);
  }

  private long[] own(long balance) {
    return accountCells(0, 0, balance);
  }

  private long[] accountCells(int table, long id, long balance) {
    long owner = ownerCells[(int) (id % ownerCells.length)];
    return table == extendedTable
        ? new long[] {id, owner, balance, note(id), LEVEL}
        : new long[] {id, owner, balance, note(id)};
  }

  private long[] transfer(Payment payment) {
    return new long[] {
      payment.id(),
      tableOf(payment.payer()) + 1,
      accountOf(payment.payer()),
      tableOf(payment.payee()) + 1,
      accountOf(payment.payee()),
      payment.amount(),
      note(payment.id())
    };
  }

  private long note(long id) {
    return TypedRow.text(noteOffset + (int) (id % NOTES), workload.rowBytes());
  }

  /** One customer pays another, or takes it {@code back}. */
  private record Payment(long id, int payer, int payee, long amount, boolean back) {}

  /** Takes the rows of a part. */
  interface Rows {
    void add(RowChange row);
  }
}
