namespace SmartCityIoT.LoadTest.Accounting;

/// <summary>
/// What was sent at QoS 1 on one connection, and what has been acknowledged of it: in the order of sending, each once. One thread sends, one
/// takes acknowledgements.
/// </summary>
internal sealed class AcknowledgementLedger
{
    /// <summary>Identifiers are 1 to 65,535 and go round.</summary>
    private const int Identifiers = ushort.MaxValue;

    private long sent;
    private long acknowledged;
    private ushort nextIdentifier = IdentifierOf(0);

    public long Sent => Volatile.Read(ref sent);

    public long Acknowledged => Volatile.Read(ref acknowledged);

    public long Outstanding => Sent - Acknowledged;

    /// <summary>Packet identifier of message n, counted from 0.</summary>
    public static ushort IdentifierOf(long n) => (ushort)(n % Identifiers + 1);

    /// <summary>Packet identifier of the message behind that of an identifier.</summary>
    public static ushort After(ushort identifier) => identifier == Identifiers ? (ushort)1 : (ushort)(identifier + 1);

    /// <summary>Messages are about to leave: called before the write, since an answer may come before it returns.</summary>
    public void AboutToSend(int count)
    {
        if (Outstanding + count > Identifiers) throw new InvalidOperationException("More messages outstanding than there are identifiers.");
        Volatile.Write(ref sent, sent + count);
    }

    /// <summary>Takes one acknowledgement. What is not <see cref="Acknowledgement.InOrder"/> is not counted.</summary>
    public Acknowledgement Take(ushort identifier)
    {
        var next = acknowledged;
        var outstanding = Sent - next;
        if (outstanding > 0 && identifier == nextIdentifier)
        {
            nextIdentifier = After(identifier);
            Volatile.Write(ref acknowledged, next + 1);
            return Acknowledgement.InOrder;
        }

        var ahead = identifier == 0 ? long.MaxValue : (identifier - 1 - next % Identifiers + Identifiers) % Identifiers;
        return ahead < outstanding ? Acknowledgement.OutOfOrder : Acknowledgement.NotOutstanding;
    }
}
