package io.millrace.testkit.store;

import io.millrace.api.store.Guard;
import io.millrace.api.store.MetaStore;
import io.millrace.core.store.memory.MemoryStore;
import io.millrace.testkit.ContractRun;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract catches stores that break it, each by the test that says what is broken. */
class PlantedStoreFaultsTest {
  private static final ContractRun RUN = new ContractRun(MetaStoreContract.class);
  private static final String DELETES_THE_ABSENT = "deletingAnAbsentKeyIsAppliedAndChangesNothing";
  private static final String HELD = "heldHoldsOverRewritesAndNotOverRecreation";
  private static final String REPORTS = "reportsEachRevisionOnceInOrderAndWhole";
  private static final String LAPSES = "keysVanishWhenALeaseLapsesAndAreReported";
  private static final String CLOSED_LEASE = "keysVanishWithAClosedLeaseAndAreReported";
  private static final String OUTLIVES = "whatWasCommittedOutlivesTheHandleButNotItsLeases";

  @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
  private enum Fault {
    SHOWS_A_PLACEHOLDER(
        "readsNothingBelowAnUnusedPrefix", BrokenCommits.entries(BrokenCommits::orPlaceholder)),
    SPOILS_LETTERS(
        "keepsWhatIsPut",
        BrokenCommits.entries(it -> it.stream().map(BrokenCommits::asAscii).toList())),
    REVISION_STANDS_STILL("growsTheRevisionWithEveryChange", BrokenCommits.StandsStill::new),
    FORGETS_CREATE_REVISIONS(
        "keepsCreateRevisionOverRewritesAndRenewsItAfterDelete",
        BrokenCommits.entries(it -> it.stream().map(BrokenCommits::withoutCreation).toList())),
    READS_BACKWARDS(
        "readsInKeyOrderExactlyWhatHasThePrefix", BrokenCommits.entries(BrokenCommits::reversed)),
    READS_TOO_MUCH("readsInKeyOrderExactlyWhatHasThePrefix", BrokenCommits.LoosePrefix::new),
    NEVER_DELETES("deletes", BrokenCommits.operations(BrokenCommits::withoutDeletes)),
    REFUSES_TO_DELETE_THE_ABSENT(DELETES_THE_ABSENT, BrokenCommits.RefusesTheIdle::new),
    REPORTS_DELETING_THE_ABSENT(DELETES_THE_ABSENT, BrokenCommits.MakesToDelete::new),
    REFUSES_TO_DO_NOTHING(
        "appliesATransactionWithoutOperations", BrokenCommits.RefusesTheIdle::new),
    LOSES_ABSENT("absentHoldsOnlyWithoutTheKey", BrokenCommits.without(Guard.Absent.class)),
    LOSES_UNCHANGED(
        "unchangedHoldsOnlyAtThatRevision", BrokenCommits.without(Guard.Unchanged.class)),
    LOSES_HELD(HELD, BrokenCommits.without(Guard.Held.class)),
    TAKES_HELD_FOR_UNCHANGED(
        HELD, BrokenCommits.guards(it -> it.stream().map(BrokenCommits::unchanged).toList())),
    TAKES_HELD_FOR_ANY_KEY_OF_THE_NAME(
        "aKeyRecreatedAfterItsLeaseHasANewCreateRevision", BrokenCommits.HeldByName::new),
    LOOKS_AT_ONE_GUARD(
        "everyGuardMustHold", BrokenCommits.guards(it -> it.stream().limit(1).toList())),
    APPLIES_WHEN_REFUSED(
        "aRefusedTransactionLeavesEverythingAsItWas", BrokenCommits.AppliesWhenRefused::new),
    REPORTS_THE_REFUSED("aRefusedTransactionIsNotReported", BrokenCommits.AppliesWhenRefused::new),
    LOSES_THE_LAST_OPERATION(REPORTS, BrokenCommits.operations(BrokenCommits::withoutLast)),
    COMMITS_ONE_BY_ONE("givesAllKeysOfOneCommitItsRevision", BrokenCommits.OneByOne::new),
    COMMITS_ONE_BY_ONE_UNDER_A_LOST_LEASE(
        "aPutUnderALostLeaseIsRefusedWhole", BrokenCommits.OneByOne::new),
    SHOWS_HALF("readsNeverSeeHalfATransaction", BrokenCommits.ShowsHalf::new),
    LOSES_UPDATES(
        "countsExactlyWithManyThreads",
        inner ->
            new BrokenCommits.Stale(BrokenCommits.without(Guard.Unchanged.class).apply(inner))),
    ELECTS_TWO("electsExactlyOne", BrokenCommits.without(Guard.Absent.class)),
    TAKES_ANY_SIZE("takesAMebibyteAndRefusesMore", BrokenCommits.TakesAll::new),
    TAKES_ANY_NUMBER("takesAHundredPartsAndRefusesMore", BrokenCommits.TakesAll::new),

    WATCH_LOSES(REPORTS, losing(2)),
    WATCH_LOSES_UNDER_LOAD("aWatchLosesAndRepeatsNothingUnderLoad", losing(7)),
    WATCH_REPEATS(REPORTS, BrokenWatches.watching(BrokenWatches.Repeating::new)),
    WATCH_REPEATS_UNDER_LOAD(
        "aWatchLosesAndRepeatsNothingUnderLoad",
        BrokenWatches.watching(BrokenWatches.Repeating::new)),
    WATCH_CUTS_REVISIONS(REPORTS, BrokenWatches.reporting(it -> it.subList(0, 1))),
    WATCH_FORGETS_CREATE_REVISIONS(
        "reportsEntriesAsTheyAreRead",
        BrokenWatches.reporting(it -> it.stream().map(BrokenWatches::withoutCreation).toList())),
    WATCH_BEGINS_LATE("watchesBeginWhereTheyAreTold", BrokenWatches.beginning(1)),
    WATCH_BEGINS_EARLY("watchesBeginWhereTheyAreTold", BrokenWatches.beginning(-1)),
    WATCH_IS_LATE(
        "aWatchSeesAcknowledgedCommitsWithoutWaiting",
        BrokenWatches.watching(BrokenWatches.Late::new)),
    WATCH_IGNORES_ITS_PREFIX("watchesOnlyItsPrefix", BrokenWatches.LoosePrefix::new),
    WATCH_HIDES_LAPSES(LAPSES, BrokenWatches.reporting(BrokenWatches::written)),
    WATCH_HIDES_DELETES(REPORTS, BrokenWatches.reporting(BrokenWatches::written)),
    WATCHES_SHARE_A_QUEUE("severalWatchesSeeTheSame", BrokenWatches.SharedQueue::new),
    WATCH_SLEEPS_ON("aWaitingWatchWakesForACommit", sleeping()),
    WATCH_SLEEPS_THROUGH_LAPSES("aWaitingWatchWakesWhenALeaseLapses", sleeping()),
    WATCH_GOES_ON_WHEN_CLOSED(
        "aWaitingWatchReturnsWhenClosed", BrokenWatches.watching(BrokenWatches.GoesOn::new)),
    WATCH_GOES_ON_WHEN_ITS_STORE_IS_CLOSED("closingWakesItsWatches", sleeping()),

    LEASES_NEVER_LAPSE(LAPSES, BrokenLeases.lasting(ttl -> Duration.ofDays(1000))),
    LAPSED_KEYS_GUARD_ON(
        "guardsSeeALapsedKeyAsAbsent", BrokenLeases.lasting(ttl -> Duration.ofDays(1000))),
    LEASES_LAPSE_EARLY("aRenewedLeaseLives", BrokenLeases.lasting(ttl -> ttl.dividedBy(3))),
    LEASES_LAPSE_TOGETHER("aLeaseLapsesAlone", BrokenLeases.LikeTheFirst::new),
    LEASES_STAY_WHEN_CLOSED(CLOSED_LEASE, BrokenLeases.leasing(BrokenLeases.StaysWhenClosed::new)),
    RENEWS_THE_DEAD(LAPSES, BrokenLeases.leasing(BrokenLeases.NeverLost::new)),
    LEASES_HOLD_NOTHING(CLOSED_LEASE, BrokenCommits.operations(BrokenLeases::withoutLeases)),
    LEASES_KEEP_WHAT_IS_REWRITTEN(
        "aKeyWrittenWithoutALeaseIsFree", BrokenLeases.KeepsTheFirst::new),
    LEASES_KEEP_WHAT_HAS_MOVED(
        "aKeyMovesToTheLeaseOfItsLastWrite", BrokenLeases.KeepsTheFirst::new),

    STAYS_OPEN("refusesEverythingWhenClosed", BrokenCommits.StaysOpen::new),
    KEEPS_LEASES_OF_THE_CLOSED(OUTLIVES, BrokenCommits.StaysOpen::new),
    FORGETS_WHEN_CLOSED(OUTLIVES, inner -> new MemoryStore(new ManualClock()).open()),
    SHARES_NOTHING("handlesShareOneStore", inner -> new MemoryStore(new ManualClock()).open());

    private final String caughtBy;
    private final UnaryOperator<MetaStore> plant;

    Fault(String caughtBy, UnaryOperator<MetaStore> plant) {
      this.caughtBy = caughtBy;
      this.plant = plant;
    }

    private static UnaryOperator<MetaStore> losing(int every) {
      return BrokenWatches.watching(watch -> new BrokenWatches.Losing(watch, every));
    }

    private static UnaryOperator<MetaStore> sleeping() {
      return BrokenWatches.watching(BrokenWatches.Slumbering::new);
    }
  }

  private static final class Suite extends MetaStoreContract {
    private final ManualClock clock = new ManualClock();
    private final MemoryStore memory = new MemoryStore(clock);
    private final UnaryOperator<MetaStore> plant;

    Suite(UnaryOperator<MetaStore> plant) {
      this.plant = plant;
    }

    @Override
    protected MetaStore open() {
      return plant.apply(memory.open());
    }

    @Override
    protected void elapse(Duration time) {
      clock.advance(time);
    }

    @Override
    protected Duration patience() {
      return Duration.ofMillis(500);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void isCaught(Fault fault) {
    RUN.assertCaught(fault.caughtBy, () -> new Suite(fault.plant));
  }

  @Test
  void everyTestCatchesAFault() {
    RUN.assertEachTestCatches(Arrays.stream(Fault.values()).map(each -> each.caughtBy).toList());
  }

  @Test
  void aSoundStoreBehindTheSameWrappersPasses() {
    RUN.assertSound(
        () ->
            new Suite(
                inner ->
                    BrokenLeases.leasing(lease -> lease)
                        .apply(
                            BrokenWatches.watching(StoreThrough.WatchThrough::new).apply(inner))));
  }

  @Test
  void aFaultyStoreWithoutAFaultPasses() {
    RUN.assertSound(() -> new Suite(FaultyStore::new));
  }
}
