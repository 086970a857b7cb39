namespace SmartCityIoT.Journal;

/// <summary>What a commit changed beyond what its plan says.</summary>
/// <param name="ReleasedBytes">Bytes of deleted blocks.</param>
/// <param name="HasMoreToRelease">More blocks are below the cursors than one commit deletes.</param>
/// <param name="QuarantinedRecords">Records of ranges that were not in quarantine already.</param>
internal readonly record struct CommitOutcome(long ReleasedBytes, bool HasMoreToRelease, long QuarantinedRecords);
