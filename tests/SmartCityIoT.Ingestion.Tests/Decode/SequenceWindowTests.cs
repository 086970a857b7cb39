using CsCheck;
using SmartCityIoT.Ingestion.Decode;

namespace SmartCityIoT.Ingestion.Tests.Decode;

public class SequenceWindowTests
{
    private static readonly Gen<int[]> Steps =
        Gen.OneOf(Gen.Int[-3, 3], Gen.Int[-1_030, 1_030], Gen.Int[-32_768, 32_767]).Array[1, 500];

    [Fact]
    public void Every_verdict_is_that_of_a_plain_set() => Gen.Select(Gen.UShort, Steps).Sample((first, steps) =>
    {
        var window = new SequenceWindow(7, first);
        var model = new Model(first);
        foreach (var step in steps)
        {
            var sequence = (ushort)(model.Newest + step);
            var expected = model.Accept(sequence, out var expectedMissing);
            Assert.Equal(expected, window.Accept(sequence, out var missing));
            Assert.Equal(expectedMissing, missing);
        }
    });

    [Fact]
    public void A_window_that_was_written_and_read_decides_as_before() => Gen.Select(Gen.UShort, Steps, Steps).Sample((first, before, after) =>
    {
        var window = new SequenceWindow(7, first);
        foreach (var step in before) window.Accept((ushort)(first + step), out _);
        var state = new byte[SequenceWindow.StateLength];
        window.Write(state);
        var read = SequenceWindow.Read(state);

        Assert.Equal(7, read.Boot);
        foreach (var step in after)
        {
            Assert.Equal(window.Accept((ushort)(first + step), out var missing), read.Accept((ushort)(first + step), out var missingRead));
            Assert.Equal(missing, missingRead);
        }
    });

    [Theory]
    [InlineData(65_535, 0)]
    [InlineData(65_535, 3)]
    [InlineData(0, 1)]
    public void The_number_after_the_last_one_is_new(int last, int next)
    {
        var window = new SequenceWindow(1, (ushort)last);

        Assert.Equal(SequenceVerdict.New, window.Accept((ushort)next, out var missing));
        Assert.Equal((ushort)(next - last) - 1, missing);
        Assert.Equal(SequenceVerdict.Duplicate, window.Accept((ushort)last, out _));
        Assert.Equal(SequenceVerdict.Duplicate, window.Accept((ushort)next, out _));
    }

    [Fact]
    public void The_window_holds_1024_numbers()
    {
        var window = new SequenceWindow(1, 5_000);
        window.Accept(6_000, out _);

        Assert.Equal(SequenceVerdict.Duplicate, window.Accept(5_000, out _));
        Assert.Equal(SequenceVerdict.Reordered, window.Accept(6_000 - 1_023, out _));
        Assert.Equal(SequenceVerdict.Duplicate, window.Accept(6_000 - 1_023, out _));
        Assert.Equal(SequenceVerdict.BeyondWindow, window.Accept(6_000 - 1_024, out _));
        Assert.Equal(SequenceVerdict.BeyondWindow, window.Accept(6_000 - 1_024, out _));
    }

    private sealed class Model(ushort first)
    {
        private readonly HashSet<long> seen = [first];

        public long Newest { get; private set; } = first;

        public SequenceVerdict Accept(ushort sequence, out int missing)
        {
            missing = 0;
            var number = Newest + (short)(ushort)(sequence - (ushort)Newest);
            if (number > Newest)
            {
                missing = (int)(number - Newest) - 1;
                Newest = number;
                seen.Add(number);
                return SequenceVerdict.New;
            }

            if (number <= Newest - 1_024) return SequenceVerdict.BeyondWindow;
            return seen.Add(number) ? SequenceVerdict.Reordered : SequenceVerdict.Duplicate;
        }
    }
}
