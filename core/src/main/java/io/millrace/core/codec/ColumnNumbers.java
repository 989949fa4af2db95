package io.millrace.core.codec;

/** Which numbers the columns of a selection have in the whole row. */
final class ColumnNumbers {
  private final int[] numbers;

  ColumnNumbers(int[] numbers) {
    this.numbers = numbers;
  }

  int of(int column) {
    return numbers[column];
  }
}
