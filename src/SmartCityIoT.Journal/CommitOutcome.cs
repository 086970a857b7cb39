namespace SmartCityIoT.Journal;

/// <summary>What a commit changed beyond what its plan says.</summary>
/// <param name="ReleasedBytes">Bytes of records that no cursor needs any more.</param>
/// <param name="HasMoreToRelease">More files are below the cursors than one commit deletes.</param>
/// <param name="QuarantinedRecords">Records in quarantine, over the life of the journal.</param>
internal readonly record struct CommitOutcome(long ReleasedBytes, bool HasMoreToRelease, long QuarantinedRecords);
