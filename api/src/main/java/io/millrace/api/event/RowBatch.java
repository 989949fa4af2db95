package io.millrace.api.event;

import io.millrace.api.Tso;
import java.nio.IntBuffer;
import java.util.List;

/**
 * One transaction's rows, or one slice of a large transaction's, in log order.
 *
 * <p>Slice 0 begins a transaction and voids an unfinished one that came before it (the source had
 * to begin it again). A sink counts only transactions that have ended as flushed. What is held in
 * memory is bounded by slices, never by the size of a transaction.
 *
 * @param position the start of the transaction; its identity. It orders, but cannot be opened
 * @param startTs when the transaction began; a MySQL upstream has no such ts and gives the commit
 *     ts
 * @param commitTs the label of the transaction
 * @param slice the number of the slice in the transaction, from 0
 * @param rows the rows; may be empty only where the end of the transaction is announced by itself
 * @param bytes an estimate of the memory the rows hold, in bytes
 * @param endOfTransaction whether no slice of this transaction follows
 * @param numbers of each row, its number among all rows of its table in the transaction, from 0;
 *     empty where the transaction's rows, up to the end of this slice, came whole: then those of a
 *     table follow each other. So a row keeps its number whatever is left out. A source gives none
 */
public record RowBatch(
    SourcePosition position,
    Tso startTs,
    Tso commitTs,
    int slice,
    List<RowChange> rows,
    long bytes,
    boolean endOfTransaction,
    IntBuffer numbers)
    implements ChangeEvent {
  private static final IntBuffer NONE = IntBuffer.allocate(0).asReadOnlyBuffer();

  /** Copies the list of rows. */
  public RowBatch {
    rows = List.copyOf(rows);
    numbers = numbers.hasRemaining() ? numbers.slice().asReadOnlyBuffer() : NONE;
    if (numbers.hasRemaining() && numbers.remaining() != rows.size()) {
      throw new IllegalArgumentException(
          numbers.remaining() + " numbers of " + rows.size() + " rows");
    }
  }

  /** A slice of a transaction of which nothing was left out. */
  public RowBatch(
      SourcePosition position,
      Tso startTs,
      Tso commitTs,
      int slice,
      List<RowChange> rows,
      long bytes,
      boolean endOfTransaction) {
    this(position, startTs, commitTs, slice, rows, bytes, endOfTransaction, NONE);
  }
}
