namespace SmartCityIoT.Journal;

/// <summary>Counts since the journal was opened.</summary>
/// <param name="Records">Records committed.</param>
/// <param name="Bytes">Bytes of records committed.</param>
/// <param name="Commits">Commits, those that only moved cursors included.</param>
/// <param name="Failures">Commits that failed.</param>
/// <param name="PendingHits">Appends that waited because <see cref="JournalOptions.MaxPendingBytes"/> was reached.</param>
/// <param name="DiskHits">Appends that waited because <see cref="JournalOptions.MaxBytes"/> was reached.</param>
/// <param name="FreeSpaceHits">Appends that waited because of <see cref="JournalOptions.MinFreeBytes"/>.</param>
/// <param name="FailedHits">Appends that waited for a failed journal to be opened again.</param>
/// <param name="WaitingHits">Appends refused because <see cref="JournalOptions.MaxWaitingBytes"/> was reached.</param>
public sealed record JournalCounters(
    long Records,
    long Bytes,
    long Commits,
    long Failures,
    long PendingHits,
    long DiskHits,
    long FreeSpaceHits,
    long FailedHits,
    long WaitingHits);
