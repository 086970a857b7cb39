using System.Diagnostics.CodeAnalysis;

namespace SmartCityIoT.Journal;

/// <summary>Records that were committed together; valid until its reader reads the next block.</summary>
public readonly struct JournalBlock : IEquatable<JournalBlock>
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly long origin;

    internal JournalBlock(ReadOnlyMemory<byte> bytes, long origin, long first, long last)
    {
        this.bytes = bytes;
        this.origin = origin;
        First = first;
        Last = last;
    }

    /// <summary>Lowest position that the block can hold for this reader.</summary>
    public long First { get; }

    /// <summary>Position to set a cursor to when all records of the block are dealt with, lost ones included.</summary>
    public long Last { get; }

    public static bool operator ==(JournalBlock left, JournalBlock right) => left.Equals(right);

    public static bool operator !=(JournalBlock left, JournalBlock right) => !left.Equals(right);

    public Enumerator GetEnumerator() => new(bytes.Span, origin, First);

    public bool Equals(JournalBlock other) => First == other.First && Last == other.Last && bytes.Equals(other.bytes);

    public override bool Equals(object? obj) => obj is JournalBlock other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(First, Last);

    /// <summary>Walks the records in order of position.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> bytes;
        private readonly long origin;
        private readonly long from;
        private int at;
        private JournalRecord current;

        internal Enumerator(ReadOnlySpan<byte> bytes, long origin, long from)
        {
            this.bytes = bytes;
            this.origin = origin;
            this.from = from;
        }

        /// <summary>
        /// The record in place: what was just put together from single bytes would be copied in words of sixteen, for which the processor waits
        /// until the bytes have left its store buffer.
        /// </summary>
        [UnscopedRef]
        public readonly ref readonly JournalRecord Current => ref current;

        public bool MoveNext()
        {
            while (RecordCodec.TryFrame(bytes[at..], origin, out current, out int size))
            {
                at += size;
                if (current.Position >= from)
                    return true;
            }

            return false;
        }
    }
}
