using System.Text;
using SmartCityIoT.Storage.LineProtocol;

namespace SmartCityIoT.Storage.Tests.LineProtocol;

public class LineBufferTests
{
    [Fact]
    public void Batches_end_at_lines()
    {
        var buffer = Filled(5, 10);
        Assert.Equal(3, buffer.CountWithin(0, 100, 30));
        Assert.Equal(2, buffer.CountWithin(0, 100, 29));
        Assert.Equal(2, buffer.CountWithin(0, 2, 1000));
        Assert.Equal(2, buffer.CountWithin(3, 100, 1000));
        Assert.Equal(20, buffer.Slice(3, 2).Length);
    }

    [Fact]
    public void A_line_larger_than_the_limit_goes_alone() => Assert.Equal(1, Filled(2, 100).CountWithin(0, 100, 10));

    [Fact]
    public void A_refused_line_names_its_frame() =>
        Assert.Equal(new RefusedPoint(3, 1, 2, new string('d', 9), "why"), Filled(5, 10).Refuse(3, "why"));

    [Fact]
    public void More_lines_and_bytes_than_it_began_with_fit()
    {
        var buffer = Filled(100_000, 300);
        Assert.Equal(30_000_000, buffer.Length);
        Assert.Equal(99_999ul, buffer.Refuse(99_999, "").Device);
        buffer.Clear();
        Assert.Equal(0, buffer.Count + buffer.Length);
    }

    /// <summary>Lines of the same length: <c>aaa</c>, <c>bbb</c>, …</summary>
    private static LineBuffer Filled(int lines, int length)
    {
        var buffer = new LineBuffer();
        for (var line = 0; line < lines; line++)
        {
            var text = Encoding.ASCII.GetBytes(new string((char)('a' + (line % 26)), length - 1) + "\n");
            text.CopyTo(buffer.Reserve(length));
            buffer.Commit(length, (ulong)line, 1, 2);
        }

        return buffer;
    }
}
