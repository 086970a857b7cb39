namespace SmartCityIoT.Journal;

/// <summary>An entry as it was found in a segment.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="First">Block: first position. State: the head.</param>
/// <param name="Count">Block: records that it holds, or should. State: cursors.</param>
/// <param name="Length">Bytes of records, or of the state.</param>
internal readonly record struct ScannedEntry(ScannedEntry.EntryKind Kind, long Offset, long First, int Count, int Length)
{
    internal enum EntryKind
    {
        Block,

        /// <summary>Bytes whose head is damaged; records among them prove themselves.</summary>
        Damaged,
        State,

        /// <summary>A state whose body is damaged: only its head holds.</summary>
        DamagedState,

        /// <summary>Bytes up to the end of the file in which nothing proves itself.</summary>
        DamagedTail,
    }

    public bool HasRecords => Kind is EntryKind.Block or EntryKind.Damaged;

    public long Last => HasRecords ? First + Count - 1 : First;
}
