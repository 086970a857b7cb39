using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Journal;

/// <summary>Options of the journal, section <c>SmartCity:Journal</c>.</summary>
public sealed class JournalOptions
{
    /// <summary>Folder of the journal, made when it is missing. Default <c>data/journal</c>.</summary>
    [Required]
    public string Directory { get; init; } = "data/journal";

    /// <summary>When an append counts as durable. Default <see cref="JournalDurability.Fsync"/>.</summary>
    [EnumDataType(typeof(JournalDurability))]
    public JournalDurability Durability { get; init; } = JournalDurability.Fsync;

    /// <summary>Longest time in milliseconds that a commit gathers records while more keep coming. Default 3; 0 commits at once.</summary>
    [Range(0, 1_000)]
    public int GatherMilliseconds { get; init; } = 3;

    /// <summary>
    /// The same for a commit of what brokers sent, which wait for no single message: from 4,000 messages a second on, where fewer commits spare
    /// processor time. Default 20.
    /// </summary>
    [Range(0, 1_000)]
    public int LoadGatherMilliseconds { get; init; } = 20;

    /// <summary>Bytes at which a block is closed and committed without gathering on. Default 262,144 (256 KiB).</summary>
    [Range(4_096, 1 << 20)]
    public int BlockBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// Bytes at which a file of the journal is full and the next one begins. Files go whole, so the folder may hold as much more than
    /// the cursors need. Default 67,108,864 (64 MiB).
    /// </summary>
    [Range(65_536, 1 << 30)]
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Largest record in bytes, payload and topic. Default 1,048,576 (1 MiB).</summary>
    [Range(1_024, 64 << 20)]
    public int MaxRecordBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of records that may wait for their commit before appends wait for room. Default 8,388,608 (8 MiB).</summary>
    [Range(65_536, 1 << 30)]
    public int MaxPendingBytes { get; init; } = 8 << 20;

    /// <summary>
    /// Bytes that appends may hold while they wait for room; past it an append fails, and its message is not acknowledged.
    /// Default 33,554,432 (32 MiB).
    /// </summary>
    [Range(0, 1 << 30)]
    public int MaxWaitingBytes { get; init; } = 32 << 20;

    /// <summary>Bytes of blocks that the journal holds for its cursors; at the limit appends wait. Default 8 GiB.</summary>
    [Range(65_536L, long.MaxValue)]
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>Free bytes that the journal leaves on its volume; below it appends wait. Default 512 MiB.</summary>
    [Range(0L, long.MaxValue)]
    public long MinFreeBytes { get; init; } = 512L << 20;

    /// <summary>Bytes of the newest blocks kept in memory, so that a reader that keeps up reads no disk. Default 4,194,304 (4 MiB).</summary>
    [Range(65_536, 1 << 30)]
    public int RecentBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of damaged records kept for inspection; past it the oldest give way. Default 67,108,864 (64 MiB).</summary>
    [Range(0L, 1L << 40)]
    public long MaxQuarantineBytes { get; init; } = 64L << 20;

    /// <summary>Cursors that hold records from their first opening on, until they move. Default none.</summary>
    public IReadOnlyList<string> Cursors { get; init; } = [];
}
