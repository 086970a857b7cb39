using System.Buffers;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Server.Decode;

/// <summary>
/// One line of hex digits, gathered from parts of any size in fixed memory. Only what the longest frame needs is kept, and one byte
/// more: a longer payload gets the same answer from its beginning, since no length in a header can match it.
/// </summary>
internal sealed class HexLine
{
    private const int KeptBytes = FrameLayout.MaxLength + 1;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly char[] digits = new char[2 * KeptBytes];
    private readonly byte[] payload = new byte[KeptBytes];
    private int kept;
    private bool isOdd;
    private bool isHex = true;

    /// <summary>A carriage return at the end of a part belongs to the line's end, if that is what follows.</summary>
    private bool endsInReturn;

    /// <summary>Whether nothing was appended since the last <see cref="Clear"/>.</summary>
    public bool IsEmpty => kept == 0 && isHex && !endsInReturn;

    public void Append(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty) return;
        if (endsInReturn) isHex = false;
        endsInReturn = part[^1] == '\r';
        if (endsInReturn) part = part[..^1];

        if (part.ContainsAnyExcept(HexDigits)) isHex = false;
        if (part.Length % 2 != 0) isOdd = !isOdd;
        var taken = Math.Min(part.Length, digits.Length - kept);
        part[..taken].CopyTo(digits.AsSpan(kept));
        kept += taken;
    }

    /// <summary>The line as bytes, valid until the next call; false when it is not hex or has an odd number of digits.</summary>
    public bool TryGetPayload(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!isHex || isOdd) return false;
        Convert.FromHexString(digits.AsSpan(0, kept), payload, out _, out var written);
        bytes = payload.AsSpan(0, written);
        return true;
    }

    public void Clear()
    {
        kept = 0;
        isOdd = false;
        isHex = true;
        endsInReturn = false;
    }
}
